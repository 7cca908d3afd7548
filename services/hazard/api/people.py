"""人员接口 · Register a person with an appointment, mend names and numbers, appoint and end. Names never enter an event."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from contracts.values import PersonId, ShortText
from services import people
from services.attachments import Attachments
from services.hazard import enterprises
from services.hazard.api import guarding
from services.hazard.api.sending import CHANGING, CallerOf, Sent, SentOf, answer, documented
from services.hazard.appointment import AppointPerson, EndAppointment
from services.hazard.handling import Handling
from services.hazard.hazards import PERSON, OutOfScope
from services.hazard.occasion import ENTERPRISE_ROLES, OFFICE_ROLES
from services.people import People
from services.scope import scope_of
from services.tokens import Caller
from services.trouble import Trouble

PHONE = Field(None, pattern=r"^\+?[0-9-]{7,20}$", description="手机号码；只存于人员库，不进入事件")
EMAIL = Field(
    None,
    pattern=r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$",
    max_length=200,
    description="电子邮箱；只存于人员库",
)


class NewPerson(
    BaseModel,
    json_schema_extra={
        "examples": [
            {
                "name": "王建国",
                "phone": "057100000000",
                "email": "wang@example.org",
                "appointment": {
                    "role": "TWO",
                    "division": "330111005000",
                    "organisation": "org-town",
                    "certificate": {"number": "33011100123"},
                    "starts_on": "2026-01-01",
                },
            }
        ]
    },
):
    """新人员 · Who it is, and the first appointment."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: ShortText
    phone: str | None = PHONE
    email: str | None = EMAIL
    appointment: AppointPerson


class PersonChange(BaseModel, json_schema_extra={"examples": [{"phone": "057100000001"}]}):
    """人员变更 · Only the named fields change; null empties phone or e-mail."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: ShortText | None = None
    phone: str | None = PHONE
    email: str | None = EMAIL


class PersonShown(
    BaseModel,
    json_schema_extra={
        "examples": [
            {"id": "p-301", "name": "王建国", "organisation": "org-town", "division": "330111005000"}
        ]
    },
):
    """人员 · Name and place of work; numbers are for reminders only."""

    id: PersonId
    name: str
    organisation: str | None = None
    division: str | None = None


class PeopleDesk:
    """人员台 · What the routes share: the handling, the people and the clock."""

    def __init__(
        self, handling: Handling, door: People, attachments: Attachments, now: Callable[[], datetime]
    ) -> None:
        """装配 · Given by the command line."""
        self.handling, self.people, self.attachments, self.now = handling, door, attachments, now

    async def register(self, ask: NewPerson, sent: Sent) -> tuple[str, Response]:
        """登记 · The person, then the appointment; sent again it adds nothing.

        Raises Trouble key-reused when the key was used for somebody else.
        """
        person = f"p-{sent.new_id()}"
        place = ask.appointment
        await guarding.check(place, self.attachments)
        sender = sent.creating("appoint-person", place)
        if not sender.scope.covers(place.division, place.organisation):
            raise OutOfScope
        await self.check_same(person, ask, sender.person)
        done = await enterprises.appoint(self.handling, sender, person, place)  # a refusal stores no name
        await people.add(
            self.people,
            person=person,
            name=ask.name,
            phone=ask.phone,
            email=ask.email,
            organisation=place.organisation,
            division=place.division,
            at=self.now(),
        )
        return person, answer(done, (await self.handling.log.head()).log_id, created_at="/api/v1/people")

    async def check_same(self, person: str, ask: NewPerson, reader: str) -> None:
        """同一人 · A key that was used for one person serves no other.

        Raises Trouble key-reused, person-erased.
        """
        known = (await people.contacts(self.people, [person], reader=reader, why="people.register")).get(
            person
        )
        same = (people.named(people.tidy(ask.name)), ask.phone, ask.email)
        if known == people.GONE:
            raise people.PersonErased(person)
        if known is not None and (known.name, known.phone, known.email) != same:
            raise Trouble("key-reused", "同一 Idempotency-Key 已用于登记另一人员")

    async def reachable(self, person: str, caller: Caller) -> tuple[str | None, str | None]:
        """可及 · Division and organisation of a person in the caller's reach, or oneself.

        Raises Trouble person-unknown.
        """
        division, organisation = await people.place_of(self.people, person)
        if caller.person != person and not scope_of(caller).covers(division, organisation):
            raise people.PersonUnknown(person)
        return division, organisation


def check_keeper(caller: Caller) -> None:
    """人员维护权 · Others' names and numbers are kept by an office or by the enterprise's own officers.

    Raises Trouble may-not.
    """
    if caller.role not in OFFICE_ROLES | ENTERPRISE_ROLES or not caller.may_send("change-person"):
        raise Trouble("may-not", f"{caller.role.zh}无权变更他人的信息")


def routes(
    handling: Handling,
    door: People,
    attachments: Attachments,
    sent_of: SentOf,
    caller_of: CallerOf,
    log_id: UUID,
    now: Callable[[], datetime],
) -> APIRouter:
    """人员路由 · POST and PATCH /people, appointments."""
    router = APIRouter(prefix="/api/v1/people", tags=["人员"])
    desk = PeopleDesk(handling, door, attachments, now)

    @router.post("", status_code=201, **documented("登记人员及任职", "register-person"))
    async def register(ask: NewPerson, sent: Annotated[Sent, Depends(sent_of)]) -> Response:
        return (await desk.register(ask, sent))[1]

    @router.get("/{person}", summary="读取人员", operation_id="get-person")
    async def read(person: PersonId, caller: Annotated[Caller, Depends(caller_of)]) -> PersonShown:
        division, organisation = await desk.reachable(person, caller)
        found = await people.names(door, [person], reader=caller.person, why="people.read")
        name = found.get(person, person)
        return PersonShown(id=person, name=name, organisation=organisation, division=division)

    @router.patch(
        "/{person}", status_code=204, summary="变更人员信息", operation_id="change-person", responses=CHANGING
    )
    async def change(
        person: PersonId, ask: PersonChange, caller: Annotated[Caller, Depends(caller_of)]
    ) -> Response:
        if caller.person != person:
            check_keeper(caller)
            await desk.reachable(person, caller)
        fields = ask.model_dump(exclude_unset=True)
        changes = people.Changes(**{key: value for key, value in fields.items() if value or key != "name"})  # type: ignore[typeddict-item]  # the model has just these keys
        await people.change(door, person, changes, at=now())
        return Response(status_code=204)

    add_appointments(router, desk, sent_of, caller_of, log_id)
    return router


def add_appointments(
    router: APIRouter, desk: PeopleDesk, sent_of: SentOf, caller_of: CallerOf, log_id: UUID
) -> None:
    """任职路由 · Appoint, end, and what a person holds."""
    handling = desk.handling

    @router.post("/{person}/appoint", **documented("任职", "appoint-person"))
    async def appoint(
        person: PersonId, ask: AppointPerson, sent: Annotated[Sent, Depends(sent_of)]
    ) -> Response:
        await desk.reachable(person, sent.caller)
        await guarding.check(ask, desk.attachments)
        sender = sent.changing("appoint-person", person, ask)
        return answer(await enterprises.appoint(handling, sender, person, ask), log_id)

    @router.post("/{person}/end-appointment", **documented("离任", "end-appointment"))
    async def end(person: PersonId, ask: EndAppointment, sent: Annotated[Sent, Depends(sent_of)]) -> Response:
        await desk.reachable(person, sent.caller)
        await guarding.check(ask, desk.attachments)
        sender = sent.changing("end-appointment", person, ask)
        return answer(await enterprises.end_appointment(handling, sender, person, ask), log_id)

    @router.get("/{person}/appointments", summary="任职情况", operation_id="get-appointments")
    async def appointments(person: PersonId, caller: Annotated[Caller, Depends(caller_of)]) -> Response:
        await desk.reachable(person, caller)
        state = await handling.read(PERSON, person)
        held = [
            {"role": role, "role_name": role.zh, "organisation": organisation, "division": division}
            for role, organisation, division in sorted(state.held)
        ]
        return JSONResponse(held, headers={"ETag": f'"{state.version}"'})
