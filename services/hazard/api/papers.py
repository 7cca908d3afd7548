"""文书接口 · Issue a paper, read it, take its Word and its PDF, withdraw it."""

from datetime import date
from typing import Annotated, Any, Final
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel

from contracts.paper import MadeFrom, PaperIssued, PaperKind
from contracts.values import Digest, EnterpriseId
from services.hazard.api import guarding
from services.hazard.api.sending import CallerOf, Sent, SentOf, answer, documented
from services.hazard.paper import IssuePaper, Paper, WithdrawPaper
from services.hazard.papers import issuing
from services.hazard.papers.issuing import PAPER, PaperDesk
from services.hazard.recalling import NotFound
from services.problems import responses
from services.scope import scope_of
from services.tokens import Caller

WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF: Final = "application/pdf"


class PaperNow(
    BaseModel,
    json_schema_extra={
        "examples": [
            {
                "id": "0f6d1c52-9a34-5b6e-9d56-0f4a3a8e1c11",
                "version": 1,
                "kind": "RECORD",
                "kind_name": "现场检查记录",
                "number": "（滨湖）应急检记〔2026〕12号",
                "enterprise": "7b0e1a52-3f54-5b6e-9d56-0f4a3a8e1c11",
                "of": "visit/e1b5c7d9-2a4f-5e68-8c90-4d7b3f6a1e25",
                "office": "富阳区滨湖街道办事处",
                "dated": "2026-06-03",
                "current": True,
                "address": "https://example.org/p/abcdefghijklmnopqrstuvwxyz",
                "docx": "sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
                "pdf": "sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
                "made_from": [{"subject": "visit/e1b5c7d9-2a4f-5e68-8c90-4d7b3f6a1e25", "version": 1}],
            }
        ]
    },
):
    """文书 · As it was issued and as it stands; ETag is its version."""

    id: str
    version: int
    kind: PaperKind
    kind_name: str
    number: str
    enterprise: EnterpriseId
    of: str
    office: str
    dated: date
    current: bool
    superseded_by: str | None = None
    withdrawn: str | None = None
    replaces: str | None = None
    address: str
    docx: Digest
    pdf: Digest
    made_from: tuple[MadeFrom, ...]


def routes(desk: PaperDesk, sent_of: SentOf, caller_of: CallerOf, log_id: UUID) -> APIRouter:
    """文书路由 · POST /papers, GET /papers/{id}, .docx and .pdf, POST /papers/{id}/withdraw."""
    router = APIRouter(prefix="/api/v1/papers", tags=["文书"])

    @router.post("", status_code=201, **documented("出具文书", "issue-paper"))
    async def issue(ask: IssuePaper, sent: Annotated[Sent, Depends(sent_of)]) -> Response:
        await guarding.check(ask, desk.attachments)
        sender = sent.creating("issue-paper", ask)
        done = await issuing.issue(desk, sender, sent.new_id(), ask)
        return answer(done, log_id, created_at="/api/v1/papers")

    @router.post("/{paper_id}/withdraw", **documented("撤销文书", "withdraw-paper"))
    async def withdraw(
        paper_id: UUID, ask: WithdrawPaper, sent: Annotated[Sent, Depends(sent_of)]
    ) -> Response:
        await guarding.check(ask, desk.attachments)
        sender = sent.changing("withdraw", str(paper_id), ask)
        return answer(await issuing.withdraw(desk, sender, str(paper_id), ask), log_id)

    add_reading(router, desk, caller_of)
    return router


def add_reading(router: APIRouter, desk: PaperDesk, caller_of: CallerOf) -> None:
    """读取 · The files first: their paths end in what a paper's own path would take for its id."""

    async def seen(paper_id: UUID, caller: Caller) -> Paper:
        state = await desk.handling.read(PAPER, str(paper_id))
        if state.issued is None or not scope_of(caller).covers(state.division, state.issued.enterprise):
            raise NotFound("文书")
        return state

    async def file(paper_id: UUID, caller: Caller, kind: str) -> Response:
        state = await seen(paper_id, caller)
        remade = await issuing.remake(desk, str(paper_id), state, reader=caller.person)
        issued = remade.issued
        body, media = (remade.pair.pdf, PDF) if kind == "pdf" else (remade.pair.docx, WORD)
        name = quote(f"{issued.kind.zh} {issued.number}.{kind}")
        digest = issued.pdf if kind == "pdf" else issued.docx
        headers = {
            "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
            "X-Paper-Digest": digest,
            "X-Paper-Persons-Erased": "true" if remade.erased else "false",
        }
        return Response(body, media_type=media, headers=headers)

    @router.get("/{paper_id}.pdf", summary="下载 PDF", operation_id="get-paper-pdf", **FILE)
    async def portable(paper_id: UUID, caller: Annotated[Caller, Depends(caller_of)]) -> Response:
        return await file(paper_id, caller, "pdf")

    @router.get("/{paper_id}.docx", summary="下载 Word", operation_id="get-paper-docx", **FILE)
    async def word(paper_id: UUID, caller: Annotated[Caller, Depends(caller_of)]) -> Response:
        return await file(paper_id, caller, "docx")

    @router.get("/{paper_id}", response_model=PaperNow, summary="读取文书", operation_id="get-paper")
    async def read(paper_id: UUID, caller: Annotated[Caller, Depends(caller_of)]) -> Response:
        state = await seen(paper_id, caller)
        body = shown(str(paper_id), state).model_dump(mode="json", exclude_none=True)
        return JSONResponse(body, headers={"ETag": f'"{state.version}"'})


# Any-valued: arguments of FastAPI, of many types
FILE: Final[dict[str, Any]] = {
    "response_class": Response,
    "responses": responses("unauthenticated", "not-found", "paper-not-reproduced"),
}


def shown(key: str, state: Paper) -> PaperNow:
    """展示 · What a reader is shown of the state."""
    issued = state.issued
    assert isinstance(issued, PaperIssued)  # whoever asks was shown that it is there
    return PaperNow(
        id=key,
        version=state.version,
        kind=issued.kind,
        kind_name=issued.kind.zh,
        number=issued.number,
        enterprise=issued.enterprise,
        of=issued.of,
        office=issued.office,
        dated=issued.dated,
        current=state.current,
        superseded_by=state.superseded.by if state.superseded else None,
        withdrawn=state.withdrawn.reason if state.withdrawn else None,
        replaces=issued.replaces,
        address=issued.address,
        docx=issued.docx,
        pdf=issued.pdf,
        made_from=issued.made_from,
    )
