"""检查命令 · Commands on visits and forms: what each leans on, and what it writes beside its stream."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from uuid import UUID, uuid5

from contracts.envelope import Event
from contracts.visit import FormVersion, ItemAnswered, VisitStarted
from services.hazard import form
from services.hazard.appointment import Appointment
from services.hazard.command_row import CommandRow
from services.hazard.form import Form
from services.hazard.handling import Beside, Decision, Done, Handling, Sender
from services.hazard.hazards import (
    FORM,
    HAZARD,
    PERSON,
    Keep,
    Leaning,
    OutOfScope,
    known_enterprise,
)
from services.hazard.occasion import Ask, Occasion
from services.hazard.on_purpose import on_campaign, on_plan
from services.hazard.on_visit import VISIT
from services.hazard.recalling import Kind, NotFound
from services.hazard.store import stream_of
from services.hazard.visit import answering, counting, party, planning, recording, signing, starting
from services.hazard.visit.from_paper import RecordPaperVisit, record_paper_visit
from services.hazard.visit.state import Visit

VISIT_COUNT = Kind("visit-count", counting.VisitCount(), counting.evolve)

COMMANDS: tuple[CommandRow, ...] = (
    CommandRow("approve", planning.ApproveVisit, planning.approve_visit, "批准检查"),
    CommandRow("start", starting.StartVisit, starting.start_visit, "扫码入企"),
    CommandRow("join", party.JoinVisit, party.join_visit, "加入检查"),
    CommandRow("leave", party.LeaveVisit, party.leave_visit, "中途离开"),
    CommandRow("answer-item", answering.AnswerItem, answering.answer_items, "填写检查项"),
    CommandRow("answer-checklist", answering.AnswerChecklist, answering.answer_items, "填写检查表"),
    CommandRow("record", recording.CompleteVisit, recording.complete_visit, "记录检查结果"),
    CommandRow(
        "refuse-signature", signing.RefuseVisitSignature, signing.refuse_visit_signature, "记录拒绝签字"
    ),
    CommandRow("archive", signing.ArchiveVisit, signing.archive_visit, "检查归档"),
    CommandRow("cancel", planning.CancelVisit, planning.cancel_visit, "取消检查"),
)
FORM_COMMANDS: tuple[CommandRow, ...] = (
    CommandRow("publish-version", form.PublishForm, form.publish_form, "发布检查表新版"),
    CommandRow("withdraw-version", form.WithdrawForm, form.withdraw_form, "停用检查表版次"),
)


async def plan(handling: Handling, sender: Sender, key: str, ask: planning.PlanVisit) -> Done:
    """计划检查 · At an enterprise in reach; the visit's place is the enterprise's."""

    async def decide(visit: Visit, occasion: Occasion) -> Decision:
        occasion.check_time(None)
        occasion, leans = await on_enterprise(handling, sender, ask.enterprise, occasion)
        people = (ask.lead, *(one.person for one in ask.participants))
        occasion, of_people = await on_people(handling, people, occasion)
        occasion, of_form = await on_form(handling, ask.form, occasion)
        occasion, of_hazards = await on_hazards(handling, ask.hazards, occasion)
        if any(hazard.status is None for hazard in occasion.hazards.values()):
            raise NotFound("复查的隐患")
        events = planning.plan_visit(visit, ask, occasion)
        assert occasion.enterprise is not None  # it was leaned on
        place = occasion.enterprise.division
        purpose = await on_campaign(handling, ask.campaign, place, ask.planned_on, ahead=True)
        purpose |= await on_plan(handling, ask.plan, ask.enterprise, ask.visit_kind, ask.planned_on)
        return Decision(
            events=events, division=place, leans=leans | of_people | of_form | of_hazards | purpose
        )

    return await handling.handle(sender, VISIT, key, decide)


async def record(handling: Handling, sender: Sender, key: str, ask: recording.RecordVisit) -> Done:
    """记录检查 · In short, at an enterprise in reach."""

    async def decide(visit: Visit, occasion: Occasion) -> Decision:
        occasion.check_time(None)
        occasion, leans = await on_enterprise(handling, sender, ask.enterprise, occasion)
        assert occasion.enterprise is not None  # it was leaned on
        place = occasion.enterprise.division
        if isinstance(ask, RecordPaperVisit):
            occasion, of_people = await on_people(handling, ask.certified, occasion)
            leans |= of_people
            events = record_paper_visit(visit, ask, occasion)
        else:
            events = recording.record_visit(visit, ask, occasion)
        leans |= await on_campaign(handling, ask.campaign, place, ask.visited_on)
        leans |= await on_plan(handling, ask.plan, ask.enterprise, ask.visit_kind, ask.visited_on)
        return Decision(events=events, division=place, leans=leans)

    return await handling.handle(sender, VISIT, key, decide)


async def change(handling: Handling, sender: Sender, key: str, command: CommandRow, ask: Ask) -> Done:
    """办理检查命令 · Any row of COMMANDS."""

    async def decide(visit: Visit, occasion: Occasion) -> Decision:
        occasion.check_time(visit.last_at)
        occasion, leans = await lean(handling, sender, visit, ask, occasion)
        events = command.rule(visit, ask, occasion)
        beside = written_beside(visit, ask, events, occasion)
        return Decision(events=events, division=visit.division, beside=beside, leans=leans)

    return await handling.handle(sender, VISIT, key, decide, told, partial(check_reach, sender=sender))


async def sign(handling: Handling, sender: Sender, key: str, ask: signing.SignVisit, keep: Keep) -> Done:
    """企业签字 · The signature is kept beside the log before the event that names it is stored; a repeat keeps the same."""

    async def decide(visit: Visit, occasion: Occasion) -> Decision:
        occasion.check_time(visit.last_at)
        signing.may_sign(visit, ask, occasion)
        text = uuid5(UUID(key), f"signature/{sender.client}/{sender.key}")
        kept = await keep(text, ask.signature, ask.signed_by)
        events = signing.sign_visit(visit, ask, occasion, signature=kept)
        return Decision(events=events, division=visit.division)

    return await handling.handle(sender, VISIT, key, decide, told, partial(check_reach, sender=sender))


def check_reach(visit: Visit, sender: Sender) -> None:
    """管辖检查 · Somebody else's visit does not exist for the caller."""
    if visit.state is None or not sender.scope.covers(visit.division, visit.enterprise):
        raise NotFound("检查")


def told(visit: Visit) -> dict[str, str]:
    """回执 · Where the visit stands."""
    return {"status": visit.state.value} if visit.state else {}


async def lean(handling: Handling, sender: Sender, visit: Visit, ask: Ask, occasion: Occasion) -> Leaning:
    """依据 · What the rule must know of other streams, and the versions it was decided on."""
    leans: dict[UUID, int] = {}
    if isinstance(ask, starting.StartVisit):
        occasion, leans = await on_enterprise(handling, sender, visit.enterprise or "", occasion)
        coming = tuple(one.person for one in ask.participants or visit.participants)
        occasion, of_people = await on_people(handling, coming, occasion)
        occasion, of_form = await on_form(handling, ask.form or visit.form, occasion)
        count = await handling.lean_on(VISIT_COUNT, year_of(visit, occasion))
        return replace(occasion, visit_count=count), leans | of_people | of_form
    if isinstance(ask, (party.JoinVisit, party.LeaveVisit)):
        people = (ask.person, *(one.person for one in visit.present))
        return await on_people(handling, people, occasion)
    if isinstance(ask, (answering.AnswerItem, answering.AnswerChecklist)):
        # What a visit began with it goes on with: a withdrawal does not matter, so nothing is leaned on.
        occasion, _ = await on_form(handling, visit.form, occasion)
        before = (visit.answered(one.item) for one in answering.asked_items(ask))
        return await on_hazards(handling, (one.hazard for one in before if one), occasion)
    if isinstance(ask, recording.CompleteVisit):
        occasion, _ = await on_form(handling, visit.form, occasion)
        return await on_hazards(handling, visit.found, occasion)
    return occasion, leans


def year_of(visit: Visit, occasion: Occasion) -> str:
    """年度 · The stream in which this enterprise's visits of the year are counted."""
    return counting.count_key(visit.enterprise or "", occasion.today.year)


async def on_enterprise(handling: Handling, sender: Sender, key: str, occasion: Occasion) -> Leaning:
    """企业档案 · In the sender's reach, decided on this version of it."""
    enterprise = await known_enterprise(handling, key)
    if not sender.scope.covers(enterprise.division, enterprise.id):
        raise NotFound("企业")
    leans = {stream_of(f"enterprise/{key}"): enterprise.version}
    return replace(occasion, enterprise=enterprise), leans


async def on_people(handling: Handling, people: Iterable[str], occasion: Occasion) -> Leaning:
    """参加人员 · What appointments each ever held; who never held one is left out."""
    on_record: dict[str, tuple[Appointment, ...]] = {}
    leans: dict[UUID, int] = {}
    for person in sorted(set(people)):
        appointments = await handling.lean_on(PERSON, person)
        leans[stream_of(PERSON.subject(person))] = appointments.version
        if appointments.ever:
            on_record[person] = appointments.ever
    return replace(occasion, on_record=on_record), leans


async def on_form(handling: Handling, named: FormVersion | None, occasion: Occasion) -> Leaning:
    """检查表 · The form that is named, decided on what of it is in use."""
    if named is None:
        return occasion, {}
    state = await handling.lean_on(FORM, named.form)
    return replace(occasion, form=state), {stream_of(FORM.subject(named.form)): state.version}


async def on_hazards(handling: Handling, keys: Iterable[str | None], occasion: Occasion) -> Leaning:
    """所涉隐患 · What became of hazards that were found on the visit."""
    known = {key: await handling.lean_on(HAZARD, key) for key in keys if key}
    leans = {stream_of(HAZARD.subject(key)): hazard.version for key, hazard in known.items()}
    return replace(occasion, hazards=known), leans


def written_beside(
    visit: Visit, ask: Ask, events: tuple[Event, ...], occasion: Occasion
) -> tuple[Beside, ...]:
    """旁流 · The place among the year's visits; the drafts that answers lead to, and those that corrections end."""
    beside: list[Beside] = []
    answers = (
        answering.asked_items(ask)
        if isinstance(ask, (answering.AnswerItem, answering.AnswerChecklist))
        else ()
    )
    for event in events:
        if isinstance(event, VisitStarted) and (counted := counting.counted(visit.id, event)):
            assert occasion.visit_count is not None  # it was leaned on
            subject = VISIT_COUNT.subject(year_of(visit, occasion))
            beside.append(Beside(subject=subject, version=occasion.visit_count.version, events=counted))
    for event, one in zip(events, answers, strict=False):
        assert isinstance(event, ItemAnswered)  # one for each item
        beside += of_answer(visit, event, one, occasion)
    return tuple(beside)


def of_answer(
    visit: Visit, event: ItemAnswered, one: answering.AnswerItem, occasion: Occasion
) -> Iterator[Beside]:
    """一项的旁流 · The new draft, and the old one's end."""
    course = VISIT.subject(visit.id)
    if event.hazard is not None:
        drafted = answering.drafted(visit, event, one, occasion)
        yield Beside(subject=HAZARD.subject(event.hazard), version=0, events=drafted, visit=course)
    if event.withdrawn is not None:
        voided = answering.withdrawing(event, occasion)
        version = occasion.hazards[event.withdrawn].version
        yield Beside(subject=HAZARD.subject(event.withdrawn), version=version, events=voided, visit=course)


async def publish_form(handling: Handling, sender: Sender, key: str, ask: form.PublishForm) -> Done:
    """发布检查表 · The first version of a form, kept where its keeper is."""

    async def decide(state: Form, occasion: Occasion) -> Decision:
        occasion.check_time(None)
        if state.version:
            raise form.FormUnchanged("该检查表已发布，请发布新版")
        return Decision(events=form.publish_form(state, ask, occasion), division=sender.division)

    return await handling.handle(sender, FORM, key, decide)


async def change_form(handling: Handling, sender: Sender, key: str, command: CommandRow, ask: Ask) -> Done:
    """办理检查表命令 · Any row of FORM_COMMANDS."""

    async def decide(state: Form, occasion: Occasion) -> Decision:
        occasion.check_time(None)
        if not sender.scope.covers(state.division, None):
            raise OutOfScope
        return Decision(events=command.rule(state, ask, occasion), division=state.division)

    return await handling.handle(sender, FORM, key, decide, reach=check_known)


def check_known(state: Form) -> None:
    """已有检查表 · Everybody may read a form; there must be one."""
    if not state.version:
        raise NotFound("检查表")
