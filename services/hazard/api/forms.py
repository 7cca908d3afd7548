"""检查表接口 · Checklists in versions: publish, withdraw, read."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel

from contracts.form import FormItem
from services.attachments import Attachments
from services.hazard import visits
from services.hazard.api import guarding
from services.hazard.api.rows import Desk, add_rows
from services.hazard.api.sending import CallerOf, Sent, SentOf, answer, documented
from services.hazard.form import Form, PublishForm
from services.hazard.handling import Handling
from services.hazard.hazards import FORM
from services.tokens import Caller


class FormVersionNow(BaseModel):
    """一版检查表 · Its number, name and items, and whether it was withdrawn."""

    number: int
    name: str
    withdrawn: bool
    items: list[FormItem]


class FormNow(
    BaseModel,
    json_schema_extra={
        "examples": [
            {
                "id": "a3c1d9e0-7b42-5f10-9c6d-2e8f4b5a7c31",
                "version": 1,
                "division": "330111005000",
                "versions": [
                    {
                        "number": 1,
                        "name": "工贸企业用电和消防检查表",
                        "withdrawn": False,
                        "items": [
                            {
                                "id": "1.1",
                                "text": "配电箱外壳可靠接地",
                                "category": "B04",
                                "clause": "GB 50054-2011 第5.2.1条",
                                "advice": "补做保护接地",
                                "weight": 3,
                                "critical": False,
                            }
                        ],
                    }
                ],
            }
        ]
    },
):
    """检查表 · All its versions, oldest first; ETag is the record's version."""

    id: str
    version: int
    division: str
    versions: list[FormVersionNow]


def routes(
    handling: Handling, attachments: Attachments, sent_of: SentOf, caller_of: CallerOf, log_id: UUID
) -> APIRouter:
    """检查表路由 · POST /forms, POST /forms/{id}/<command>, GET /forms/{id}."""
    router = APIRouter(prefix="/api/v1", tags=["检查表"])

    @router.post("/forms", status_code=201, **documented("发布检查表", "publish-form"))
    async def publish(ask: PublishForm, sent: Annotated[Sent, Depends(sent_of)]) -> Response:
        await guarding.check(ask, attachments)
        done = await visits.publish_form(handling, sent.creating("publish-form", ask), sent.new_id(), ask)
        return answer(done, log_id, created_at="/api/v1/forms")

    @router.get("/forms/{form_id}", response_model=FormNow, summary="读取检查表", operation_id="get-form")
    async def read(form_id: UUID, _caller: Annotated[Caller, Depends(caller_of)]) -> Response:
        form = await handling.read(FORM, str(form_id))
        visits.check_known(form)
        body = shown(str(form_id), form).model_dump(mode="json", exclude_none=True)
        return JSONResponse(body, headers={"ETag": f'"{form.version}"'})

    desk = Desk(handling, attachments, sent_of, log_id)
    add_rows(router, "/forms", "form", visits.FORM_COMMANDS, visits.change_form, desk)
    return router


def shown(key: str, form: Form) -> FormNow:
    """展示 · What a reader is shown of the state."""
    return FormNow(
        id=key,
        version=form.version,
        division=form.division,
        versions=[
            FormVersionNow(number=one.number, name=one.name, withdrawn=one.withdrawn, items=list(one.items))
            for one in form.versions
        ],
    )
