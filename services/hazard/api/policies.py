"""政策接口 · Editions of the policy: read, draft, publish."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel

from contracts.policy import Edition
from contracts.values import DivisionCode, PersonId
from services.attachments import Attachments
from services.hazard import policies
from services.hazard.api import guarding
from services.hazard.api.sending import CallerOf, Sent, SentOf, answer, documented
from services.hazard.handling import Handling
from services.hazard.occasion import SHANGHAI
from services.hazard.policy import Policy
from services.hazard.policy.publishing import DraftPolicy, Policies, PublishPolicy, content_of
from services.hazard.recalling import NotFound

EDITION = Annotated[Edition, Path(description="版次", examples=["2026.2"])]
ON = Annotated[date | None, Query(description="哪一天；默认今天", examples=["2026-03-01"])]
DIVISION = Annotated[DivisionCode | None, Query(description="行政区划代码：加上所在省的授权")]


EXAMPLE_EDITION = {
    "edition": "2026.2",
    "state": "PUBLISHED",
    "effective_from": "2026-12-31",
    "based_on": "2026.1",
    "basis": "区安委办〔2026〕8号",
    "drafted_by": "p-41",
    "published_by": "p-42",
}


class EditionShown(BaseModel, json_schema_extra={"examples": [EXAMPLE_EDITION]}):
    """版次 · Where an edition stands; the shipped one has no drafter."""

    edition: str
    state: str
    effective_from: date | None = None
    superseded_from: date | None = None
    superseded_by: str | None = None
    based_on: str | None = None
    basis: str | None = None
    drafted_by: PersonId | None = None
    published_by: PersonId | None = None


class PolicyShown(
    EditionShown,
    json_schema_extra={"examples": [EXAMPLE_EDITION | {"tables": {"limits": {"general_default_days": 10}}}]},
):
    """政策 · An edition with its whole content."""

    tables: dict[str, Any]  # Any: tables of JSON values


class PolicyList(
    BaseModel,
    json_schema_extra={
        "examples": [{"on": "2026-12-31", "in_force": "2026.2", "editions": [EXAMPLE_EDITION]}]
    },
):
    """各版政策 · Every edition, the shipped one first, and which of them decides on the day."""

    on: date
    in_force: str
    editions: list[EditionShown]


def routes(
    handling: Handling,
    attachments: Attachments,
    sent_of: SentOf,
    caller_of: CallerOf,
    log_id: UUID,
    now: Callable[[], datetime],
) -> APIRouter:
    """政策路由 · GET /policies, /policies/in-force, /policies/{edition}; POST /policies and …/publish."""
    router = APIRouter(prefix="/api/v1", tags=["政策"])

    @router.post("/policies", status_code=201, **documented("拟定政策", "draft-policy"))
    async def draft(ask: DraftPolicy, sent: Annotated[Sent, Depends(sent_of)]) -> Response:
        await guarding.check(ask, attachments)
        done = await policies.draft(handling, sent.creating("draft-policy", ask), ask)
        return answer(done, log_id, created_at="/api/v1/policies")

    @router.post("/policies/{edition}/publish", **documented("公布政策", "publish-policy"))
    async def publish(
        edition: EDITION, ask: PublishPolicy, sent: Annotated[Sent, Depends(sent_of)]
    ) -> Response:
        sender = sent.changing("publish-policy", edition, ask)
        return answer(await policies.publish(handling, sender, edition, ask), log_id)

    add_reading(router, handling, caller_of, now)
    return router


def add_reading(
    router: APIRouter, handling: Handling, caller_of: CallerOf, now: Callable[[], datetime]
) -> None:
    """读取 · What decides, what decided, and what is to come; ETag is the version that publishing names."""
    desk, guarded = Desk(handling, now), [Depends(caller_of)]
    for path, answered, shape, title, name in (
        ("/policies", desk.listed, PolicyList, "各版政策", "policies"),
        ("/policies/in-force", desk.in_force, PolicyShown, "当日施行的政策", "policy-in-force"),
        ("/policies/{edition}", desk.one, PolicyShown, "某一版政策", "get-policy"),
    ):
        router.add_api_route(
            path, answered, response_model=shape, summary=title, operation_id=name, dependencies=guarded
        )


class Desk:
    """政策台 · What the reading routes share; anybody with a token may know by what is decided."""

    def __init__(self, handling: Handling, now: Callable[[], datetime]) -> None:
        """装配 · Given by the routes."""
        self.governing, self.now = handling.governing, now

    def day(self, on: date | None) -> date:
        """哪一天 · Today unless a day is named."""
        return on or self.now().astimezone(SHANGHAI).date()

    async def listed(self, on: ON = None) -> Response:
        """各版政策 · Every edition, and which of them decides on the day."""
        state, day, shipped = await self.governing.policies(), self.day(on), self.governing.shipped.policy
        in_force = self.governing.policy(state, day, "").version
        return told(state, PolicyList(on=day, in_force=in_force, editions=list(editions(state, shipped))))

    async def in_force(self, on: ON = None, division: DIVISION = None) -> Response:
        """当日施行的政策 · The edition that decides on the day, in a division with its province's profile."""
        state = await self.governing.policies()
        policy = self.governing.policy(state, self.day(on), division or "")
        about = about_edition(state, policy.version, self.governing.shipped.policy)
        return told(state, PolicyShown(**about.model_dump(), tables=content_of(policy)))

    async def one(self, edition: EDITION) -> Response:
        """某一版政策 · A draft or a published edition, as it was stored."""
        state, shipped = await self.governing.policies(), self.governing.shipped.policy
        known = state.find(edition)
        tables = known.tables if known else content_of(shipped)
        about = about_edition(state, edition, shipped)
        return told(state, PolicyShown(**about.model_dump(), tables=tables))


def told(state: Policies, body: BaseModel) -> Response:
    """答复 · With the version of the policy's stream as the ETag."""
    return JSONResponse(
        body.model_dump(mode="json", exclude_none=True), headers={"ETag": f'"{state.version}"'}
    )


def editions(state: Policies, shipped: Policy) -> Iterator[EditionShown]:
    """各版 · The shipped one, the published ones in their order, the drafts."""
    for edition in (shipped.version, *(one.edition for one in (*state.published, *state.drafts))):
        yield about_edition(state, edition, shipped)


def about_edition(state: Policies, edition: str, shipped: Policy) -> EditionShown:
    """版次 · Where it stands; the shipped one decides until the first published edition does. Raises NotFound."""
    if edition == shipped.version:
        first = state.published[0] if state.published else None
        return EditionShown(
            edition=edition,
            state="SUPERSEDED" if first else "PUBLISHED",
            effective_from=shipped.effective_from,
            superseded_from=first.effective_from if first else None,
            superseded_by=first.edition if first else None,
            basis="随软件提供",
        )
    known = state.find(edition)
    if known is None:
        raise NotFound("版政策")
    return EditionShown.model_validate(known, from_attributes=True)
