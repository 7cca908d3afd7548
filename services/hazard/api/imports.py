"""导入接口 · Hand a ledger in, follow its progress, read the verdicts, take the workbook back."""

import hashlib
from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

import anyio
from fastapi import APIRouter, Depends, Query, UploadFile
from fastapi import File as Form
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel

from services.hazard.api.sending import CallerOf, Sent, SentOf
from services.hazard.handling import Handling
from services.hazard.ledger import storing
from services.hazard.ledger.annotated import annotate
from services.hazard.ledger.extent import Limits, NotAWorkbook, TooLarge
from services.hazard.ledger.importing import Importing
from services.hazard.ledger.reading import NoLedgerHere, read
from services.hazard.ledger.row import Sheet
from services.hazard.ledger.storing import VERDICT_NAMES, HandedIn, Verdict
from services.hazard.occasion import OFFICE_ROLES
from services.hazard.recalling import NotFound
from services.people import People
from services.problems import responses
from services.scope import scope_of
from services.tokens import Caller
from services.trouble import Trouble

FORM_OVERHEAD = 64 * 1024
REFUSED_SHOWN = 100  # beside the progress; the others are in the list of rows
MAX_BYTES = Limits().file_bytes
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
UNREADABLE: dict[type[ValueError], str] = {
    TooLarge: "too-large",
    NotAWorkbook: "not-a-workbook",
    NoLedgerHere: "no-ledger-here",
}
EXAMPLE = {
    "id": "0d3b2c44-6d6c-5f0b-9f07-2b6a2f0c1e55",
    "state": "running",
    "dry_run": False,
    "total": 412,
    "done": 120,
    "counts": {"added": 100, "visited": 14, "refused": 6},
    "refused": [
        {
            "line": 17,
            "verdict": "refused",
            "verdict_name": "未导入",
            "reason": "「整改期限」日期不存在：2026-02-30",
        }
    ],
    "notes": [],
}


class VerdictShown(BaseModel, json_schema_extra={"examples": EXAMPLE["refused"]}):
    """行结论 · What came of one row of the sheet."""

    line: int
    verdict: Verdict
    verdict_name: str
    reason: str = ""
    number: str | None = None
    steps: int = 0


class ImportShown(BaseModel, json_schema_extra={"examples": [EXAMPLE]}):
    """导入进度 · How far it is, and the rows that were refused (the first hundred)."""

    id: UUID
    state: str
    dry_run: bool
    total: int
    done: int
    counts: dict[str, int]
    refused: list[VerdictShown] = []
    failure: str | None = None
    notes: list[str] = []


class ImportDesk:
    """导入台 · What the routes share."""

    def __init__(self, people: People, importing: Importing, handling: Handling) -> None:
        """装配 · Given by the command line."""
        self.people, self.importing, self.handling = people, importing, handling

    async def hand_in(self, sent: Sent, content: bytes, *, dry_run: bool) -> UUID:
        """交入 · Reads the workbook at once, so that what is no ledger is refused here and now."""
        policy = await self.handling.policy_at(sent.caller.division)
        if sent.caller.role not in policy.ledger.importing_roles:
            allowed = "、".join(role.zh for role in sorted(policy.ledger.importing_roles))
            raise Trouble("may-not-import", f"{sent.caller.role.zh}无权导入台账；可导入的身份：{allowed}")
        sheet = await anyio.to_thread.run_sync(readable, content)
        ledger = UUID(sent.new_id())
        claims = {key: value for key, value in asdict(sent.caller).items() if value is not None}
        await storing.hand_in(
            self.people,
            HandedIn(
                id=ledger,
                client=sent.caller.client,
                key=sent.key,
                digest=hashlib.sha256(content).digest(),
                importer=claims,
                dry_run=dry_run,
                workbook=content,
                named=storing.names_in(sheet),
                total=len(sheet.rows),
                notes=sheet.notes,
            ),
        )
        self.importing.announce()
        return ledger

    async def shown(self, ledger: UUID, caller: Caller) -> ImportShown:
        """进度 · For the importer, and for whoever oversees the importer's division.

        Raises NotFound.
        """
        about = await storing.progress(self.people, ledger)
        if about is None or not may_see(about["importer"], caller):
            raise NotFound("导入")
        shown = await storing.verdicts(self.people, ledger, only=Verdict.REFUSED, limit=REFUSED_SHOWN)
        refused = [verdict_shown(verdict) for verdict in shown]
        names = ("id", "state", "dry_run", "total", "done", "counts", "failure", "notes")
        return ImportShown(**{name: about[name] for name in names}, refused=refused)


def may_see(importer: dict[str, Any], caller: Caller) -> bool:  # the caller's claims, as JSON
    """可见 · The importer, or an office whose reach covers the importer's division."""
    oversees = caller.role in OFFICE_ROLES and scope_of(caller).covers(importer["division"], None)
    return caller.person == importer["person"] or oversees


def verdict_shown(verdict: storing.RowVerdict) -> VerdictShown:
    """展示结论 · With the Chinese name of the verdict."""
    return VerdictShown(**asdict(verdict), verdict_name=VERDICT_NAMES[verdict.verdict])


def readable(content: bytes) -> Sheet:
    """可读 · The sheet, or the refusal with its code."""
    try:
        return read(content)
    except tuple(UNREADABLE) as error:
        raise Trouble(UNREADABLE[type(error)], str(error)) from error


def routes(desk: ImportDesk, sent_of: SentOf, caller_of: CallerOf) -> APIRouter:
    """导入路由 · POST /imports answers 202; the work goes on in the background."""
    router = APIRouter(prefix="/api/v1/imports", tags=["台账导入"])
    add_handing_in(router, desk, sent_of)
    add_reading(router, desk, caller_of)
    return router


def add_handing_in(router: APIRouter, desk: ImportDesk, sent_of: SentOf) -> None:
    """交入 · POST /imports."""

    @router.post(
        "",
        status_code=202,
        response_model=ImportShown,
        summary="导入台账",
        operation_id="import-ledger",
        max_body_size=MAX_BYTES + FORM_OVERHEAD,
        responses=responses(
            "unauthenticated", "may-not-import", "too-large", "not-a-workbook", "no-ledger-here"
        ),
    )
    async def hand_in(
        file: Annotated[UploadFile, Form(description="隐患台账（.xlsx）")],
        sent: Annotated[Sent, Depends(sent_of)],
        dry_run: Annotated[bool, Query(description="只预演，不写入")] = False,
    ) -> Response:
        """一行一条隐患；表头中文、顺序不限。重复导入不会重复登记；补填的列只办理新的步骤。"""
        ledger = await desk.hand_in(sent, await file.read(MAX_BYTES + 1), dry_run=dry_run)
        body = (await desk.shown(ledger, sent.caller)).model_dump(mode="json", exclude_none=True)
        return JSONResponse(body, status_code=202, headers={"Location": f"/api/v1/imports/{ledger}"})


def add_reading(router: APIRouter, desk: ImportDesk, caller_of: CallerOf) -> None:
    """读取 · Progress, verdicts, and the workbook back."""

    @router.get("/{import_id}", summary="导入进度", operation_id="get-import")
    async def progress(import_id: UUID, caller: Annotated[Caller, Depends(caller_of)]) -> ImportShown:
        return await desk.shown(import_id, caller)

    @router.get("/{import_id}/rows", summary="各行结论", operation_id="list-import-rows")
    async def rows(
        import_id: UUID,
        caller: Annotated[Caller, Depends(caller_of)],
        after: Annotated[int, Query(ge=0, description="从此行号之后")] = 0,
        limit: Annotated[int, Query(ge=1, le=1000)] = 200,
    ) -> list[VerdictShown]:
        await desk.shown(import_id, caller)
        return [
            verdict_shown(row)
            for row in await storing.verdicts(desk.people, import_id, after=after, limit=limit)
        ]

    @router.get(
        "/{import_id}/workbook",
        response_class=Response,
        summary="带结论的台账",
        operation_id="get-import-workbook",
    )
    async def workbook(import_id: UUID, caller: Annotated[Caller, Depends(caller_of)]) -> Response:
        """原台账各行之后加「导入结果」「原因」「隐患编号」。"""
        await desk.shown(import_id, caller)
        sheet = readable(await storing.workbook(desk.people, import_id))
        verdicts = await storing.verdicts(desk.people, import_id)
        body = await anyio.to_thread.run_sync(annotate, sheet, verdicts)
        headers = {"Content-Disposition": f'attachment; filename="import-{import_id}.xlsx"'}
        return Response(body, media_type=XLSX, headers=headers)
