"""企业与任职命令 · Commands on enterprises and appointments, and what each writes beside its stream."""

from functools import partial

from stdnum.cn import uscc

from contracts.enterprise import CreditCodeReleased
from services.hazard import appointment, enterprise
from services.hazard.appointment import Appointments
from services.hazard.command_row import CommandRow
from services.hazard.division_tree import check_in_force
from services.hazard.enterprise import ChangeProfile, CreditCode, Enterprise, RegisterEnterprise
from services.hazard.handling import Beside, Decision, Done, Handling, Sender
from services.hazard.hazards import ENTERPRISE, PERSON, OutOfScope
from services.hazard.ledger.identity import same
from services.hazard.occasion import Ask, Occasion
from services.hazard.policies import DIVISIONS, TREE
from services.hazard.recalling import Kind, NotFound
from services.hazard.store import stream_of

CREDIT_CODE = Kind("credit-code", CreditCode(), enterprise.evolve_credit_code)


COMMANDS: tuple[CommandRow, ...] = (
    CommandRow("grade", enterprise.GradeEnterprise, enterprise.grade_enterprise, "风险定级"),
    CommandRow(
        "name-responsible-person",
        enterprise.NameResponsiblePerson,
        enterprise.name_responsible_person,
        "登记责任人",
    ),
    CommandRow("suspend", enterprise.SuspendEnterprise, enterprise.suspend_enterprise, "停产停业"),
    CommandRow("resume", enterprise.ResumeEnterprise, enterprise.resume_enterprise, "恢复生产经营"),
    CommandRow("close-down", enterprise.CloseDownEnterprise, enterprise.close_down_enterprise, "关闭注销"),
)


def one_spelling(code: str | None) -> str | None:
    """统一写法 · A credit code without spaces and in capitals, so that it is unique."""
    return uscc.compact(code).upper() if code else None


def doubtful(code: str | None) -> bool:
    """存疑 · The check digit does not match; really issued codes like that exist, so this only warns."""
    return code is not None and not uscc.is_valid(code)


async def register(handling: Handling, sender: Sender, key: str, ask: RegisterEnterprise) -> Done:
    """企业建档 · The file and, where there is a code, its place in the code's own stream."""
    ask = ask.model_copy(update={"credit_code": one_spelling(ask.credit_code)})

    async def decide(state: Enterprise, occasion: Occasion) -> Decision:
        if not sender.scope.admits(ask.division, key):
            raise OutOfScope
        occasion.check_time(None)
        tree = await handling.lean_on(DIVISIONS, TREE)
        check_in_force(tree, ask.division, occasion.today)
        events = enterprise.register_enterprise(state, ask, occasion, doubtful=doubtful(ask.credit_code))
        beside = await claim(handling, ask.credit_code, key)
        names = {name_of(ask.division, ask.name): stream_of(f"enterprise/{key}")}
        leans = {stream_of(DIVISIONS.subject(TREE)): tree.version}
        return Decision(events=events, division=ask.division, beside=beside, names=names, leans=leans)

    return await handling.handle(sender, ENTERPRISE, key, decide, tell_doubt)


def name_of(division: str, name: str) -> str:
    """名称索引 · How an enterprise is found by its name within a division: spaces and width make no difference."""
    return f"enterprise/{division}/{same(name)}"


def tell_doubt(state: Enterprise) -> dict[str, str]:
    """提示 · Warns of a doubtful credit code."""
    if state.profile is None or not doubtful(state.credit_code):
        return {}
    return {"warning": f"统一社会信用代码 {state.credit_code} 校验位不符，请核对；已予保存"}


async def claim(handling: Handling, code: str | None, key: str) -> tuple[Beside, ...]:
    """登记信用代码 · The events of the code's stream; refused when another enterprise goes by it."""
    if code is None:
        return ()
    state = await handling.lean_on(CREDIT_CODE, code)
    events = enterprise.claim_credit_code(state, code, key)
    return (
        (Beside(subject=CREDIT_CODE.subject(code), version=state.version, events=events),) if events else ()
    )


async def change_profile(handling: Handling, sender: Sender, key: str, ask: ChangeProfile) -> Done:
    """变更档案 · A new credit code is claimed and the old one released in the same transaction."""
    ask = ask.model_copy(update={"credit_code": one_spelling(ask.credit_code)})

    async def decide(state: Enterprise, occasion: Occasion) -> Decision:
        occasion.check_time(None)
        events = enterprise.change_profile(state, ask, occasion, doubtful=doubtful(ask.credit_code))
        beside: tuple[Beside, ...] = ()
        if ask.credit_code is not None and ask.credit_code != state.credit_code:
            beside = await claim(handling, ask.credit_code, key) + await release(
                handling, state.credit_code, key
            )
        return Decision(events=events, division=state.division, beside=beside)

    return await handling.handle(
        sender, ENTERPRISE, key, decide, tell_doubt, partial(check_reach, sender=sender)
    )


async def release(handling: Handling, code: str | None, key: str) -> tuple[Beside, ...]:
    """释放信用代码 · The code that the enterprise went by until now."""
    if code is None:
        return ()
    state = await handling.lean_on(CREDIT_CODE, code)
    event = CreditCodeReleased(code=code, enterprise=key)
    return (Beside(subject=CREDIT_CODE.subject(code), version=state.version, events=(event,)),)


def check_reach(state: Enterprise, sender: Sender) -> None:
    """管辖检查 · Somebody else's enterprise does not exist for the caller."""
    if state.id is None or not sender.scope.covers(state.division, state.id):
        raise NotFound("企业")


async def change(handling: Handling, sender: Sender, key: str, command: CommandRow, ask: Ask) -> Done:
    """办理企业命令 · Any row of COMMANDS."""

    async def decide(state: Enterprise, occasion: Occasion) -> Decision:
        occasion.check_time(None)
        return Decision(events=command.rule(state, ask, occasion), division=state.division)

    return await handling.handle(sender, ENTERPRISE, key, decide, reach=partial(check_reach, sender=sender))


async def appoint(handling: Handling, sender: Sender, person: str, ask: appointment.AppointPerson) -> Done:
    """任职 · In a division in reach."""

    async def decide(state: Appointments, occasion: Occasion) -> Decision:
        if not sender.scope.covers(ask.division, ask.organisation):
            raise OutOfScope
        occasion.check_time(None)
        events = appointment.appoint_person(state, ask, occasion, person=person)
        return Decision(events=events, division=ask.division)

    return await handling.handle(sender, PERSON, person, decide)


async def end_appointment(
    handling: Handling, sender: Sender, person: str, ask: appointment.EndAppointment
) -> Done:
    """离任 · Of an appointment that the person holds."""

    async def decide(state: Appointments, occasion: Occasion) -> Decision:
        events = appointment.end_appointment(state, ask, occasion, person=person)
        division = state.division_of(ask.role, ask.organisation)
        if not sender.scope.covers(division, ask.organisation):
            raise OutOfScope
        return Decision(events=events, division=division)

    return await handling.handle(sender, PERSON, person, decide)
