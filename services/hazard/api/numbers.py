"""文号接口 · An office's word in its numbers, and how far each of its series was counted."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel

from contracts.numbering import DocumentKind, Year
from services.attachments import Attachments
from services.hazard import numbers
from services.hazard.api import guarding
from services.hazard.api.sending import CallerOf, Sent, SentOf, answer, documented
from services.hazard.handling import Handling
from services.hazard.numbering import SetOfficeWord, series_key
from services.hazard.numbers import ALL, SERIES, WORDS
from services.hazard.occasion import OFFICE_ROLES
from services.tokens import Caller
from services.trouble import Trouble

OFFICE = Annotated[str | None, Query(description="单位标识；默认本单位", examples=["org-town"])]


class WordNow(BaseModel, json_schema_extra={"examples": [{"office": "org-town", "word": "杭滨"}]}):
    """单位代字 · The word in an office's numbers; absent until one was set."""

    office: str
    word: str | None = None


class SeriesNow(
    BaseModel,
    json_schema_extra={
        "examples": [
            {
                "office": "org-town",
                "kind": "RECTIFICATION_ORDER",
                "kind_name": "责令限期整改指令书",
                "year": 2026,
                "last": 12,
                "voided": [7],
            }
        ]
    },
):
    """文号序列 · Every number from 1 to the last was given to one document; the void ones are named."""

    office: str
    kind: DocumentKind
    kind_name: str
    year: int
    last: int
    voided: list[int]


def routes(
    handling: Handling, attachments: Attachments, sent_of: SentOf, caller_of: CallerOf, log_id: UUID
) -> APIRouter:
    """文号路由 · POST and GET /office-word, GET /number-series."""
    router = APIRouter(prefix="/api/v1", tags=["文号"])

    @router.post("/office-word", **documented("设定单位代字", "set-office-word"))
    async def set_word(ask: SetOfficeWord, sent: Annotated[Sent, Depends(sent_of)]) -> Response:
        await guarding.check(ask, attachments)
        return answer(await numbers.set_word(handling, sent.creating("set-office-word", ask), ask), log_id)

    add_reading(router, handling, caller_of)
    return router


def add_reading(router: APIRouter, handling: Handling, caller_of: CallerOf) -> None:
    """读取 · For people of offices."""

    @router.get("/office-word", response_model=WordNow, summary="单位代字", operation_id="get-office-word")
    async def word(caller: Annotated[Caller, Depends(caller_of)], office: OFFICE = None) -> Response:
        check_office(caller)
        words = await handling.read(WORDS, ALL)
        whose = office or caller.organisation
        policy = await handling.policy_at(caller.division)
        known = words.words.get(whose) or policy.documents.offices.get(whose)
        return told(WordNow(office=whose, word=known), words.version)

    @router.get(
        "/number-series", response_model=SeriesNow, summary="文号序列", operation_id="get-number-series"
    )
    async def series(
        caller: Annotated[Caller, Depends(caller_of)],
        kind: DocumentKind,
        year: Year,
        office: OFFICE = None,
    ) -> Response:
        check_office(caller)
        whose = office or caller.organisation
        state = await handling.read(SERIES, series_key(whose, kind, year))
        body = SeriesNow(
            office=whose,
            kind=kind,
            kind_name=kind.zh,
            year=year,
            last=state.last,
            voided=sorted(state.voided),
        )
        return told(body, state.version)


def check_office(caller: Caller) -> None:
    """单位人员 · How offices count their papers is theirs to know. Raises Trouble may-not."""
    if caller.role not in OFFICE_ROLES:
        raise Trouble("may-not", f"{caller.role.zh}无权查看单位的文号")


def told(body: BaseModel, version: int) -> Response:
    """答复 · With the version as the ETag."""
    return JSONResponse(body.model_dump(mode="json", exclude_none=True), headers={"ETag": f'"{version}"'})
