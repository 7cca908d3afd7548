"""不变式会咬人 · Each invariant tells a life that breaks it: a guard that nobody ever trips guards nothing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from contracts import hazard as told
from contracts.limits import Counted, Limit, LimitUnit
from contracts.regions import Holder, MeasureKind, SupervisionLevel
from contracts.values import Entry, Level, ProposedAct, ReopenReason, Role, Source, Status, Track, Waiver
from given import street
from given.lives import PLAN
from lives.invariants import INVARIANTS
from lives.life import Life, Step
from services.hazard.lifecycle.evolving import evolve
from services.hazard.lifecycle.state import Hazard

JUNE = "2026-06-03"
LATER = "2026-06-20"
CLAUSE = "工贸10号令-11(3)"
COUNTED = Counted(since=date(2026, 6, 13), limit=Limit(amount=5, unit=LimitUnit.WORKING_DAYS))
CERTIFICATES = ("33011100123", "33011100124")


def lived(story: street.Life) -> Life:
    """The events of a story as a life, with the states they fold to, whether a rule would have allowed them or not."""
    life, hazard = Life(), Hazard()
    for each in story.firm.street.recorded:
        if each.envelope.aggregate != "hazard":
            continue
        after = evolve(hazard, each.event, each.envelope)
        life.steps.append(
            Step(each.envelope.occurredat.toordinal(), "told", each.event, each.envelope, hazard, after)
        )
        hazard = after
    return life


def found(**more: object) -> street.Life:
    return street.Street().enterprise().hazard().found(JUNE, **more)


def passed() -> street.Life:
    return found().ordered(JUNE, "2026-06-18").submitted("2026-06-10").passed("2026-06-12")


def ordered_with(by: str = "p-9", **more: object) -> street.Life:
    story = found()
    fields = {"deadline": date(2026, 6, 18), "responsible": "p-301", "visit_kind": "ADMIN"}
    fields |= {"notice": "余应急责改〔2026〕12号", "certificates": CERTIFICATES}
    envelope = {name: more.pop(name) for name in ("role", "entry") if name in more}
    return story.tell(
        told.RectificationOrdered.model_validate(story.known | fields | more), JUNE, by, **envelope
    )


def major(clause: str | None = CLAUSE) -> street.Life:
    story = found()
    registered = told.MajorHazardRegistered(**story.known, clause=clause, report_due=street.at(JUNE))
    return story.tell(registered, JUNE)


def major_passed(plan: object = PLAN) -> street.Life:
    story = major().plan_required(JUNE)
    accepted = told.PlanAccepted(**story.known, deadline=date(2026, 7, 3), responsible="p-301")
    story.tell(told.PlanFiled(**story.known, plan=plan), JUNE, "p-300").tell(accepted, JUNE, "p-50")
    return story.submitted("2026-06-10", "p-300").passed("2026-06-12", ("p-50", "p-51"))


def measured(story: street.Life) -> street.Life:
    imposed = told.InterimMeasureImposed(
        **story.known, kinds=(MeasureKind.FULL_STOP,), extent="全厂", own=False
    )
    return story.tell(imposed, "2026-06-13", "p-50")


def listed(story: street.Life) -> street.Life:
    listing = told.HazardListed(
        **story.known,
        supervision_level=SupervisionLevel.COUNTY,
        notice="余安委督字〔2026〕3号",
        unit="余杭区应急管理局",
        signed_by="p-800",
        deadline=date(2026, 9, 1),
        internal=False,
        progress_due=date(2026, 6, 30),
        publication_due=date(2026, 6, 20),
        publication_counted=COUNTED,
    )
    return story.tell(listing, "2026-06-13", "p-50")


def asked(story: street.Life, deadline: str = "2026-06-18") -> street.Life:
    event = told.RectificationAsked(
        **story.known, deadline=date.fromisoformat(deadline), responsible="p-301", self_set=True
    )
    return story.tell(event, JUNE, "p-301")


def skipped_round() -> street.Life:
    story = passed()
    story.round = 2
    return story.reopened("2026-06-13", "2026-06-30")


def taken_unasked() -> street.Life:
    story = found()
    office = Holder(organisation="org-fire", division="330111000000")
    here = Holder(division=story.firm.street.division)
    return story.tell(told.TransferAccepted(**story.known, holder=office, former=here), "2026-06-05", "p-50")


def own_closure(story: street.Life) -> street.Life:
    closed = told.HazardClosed(**story.known, round=1, track=Track.ENTERPRISE)
    return story.submitted("2026-06-10").passed("2026-06-12", ("p-302",)).tell(closed, "2026-06-13", "p-303")


def requested(story: street.Life, by: str = "p-300") -> street.Life:
    asked_for = told.ExtensionRequested(
        **story.known,
        wanted=date(2026, 6, 30),
        former=date(2026, 6, 18),
        reason="须订制",
        protection="停用隔离",
        answer_due=date(2026, 6, 15),
        counted=COUNTED,
    )
    return story.tell(asked_for, "2026-06-05", by)


def granted(story: street.Life, deadline: str, by: str = "p-9") -> street.Life:
    later = told.ExtensionGranted(
        **story.known, deadline=date.fromisoformat(deadline), former=date(2026, 6, 18)
    )
    return story.tell(later, "2026-06-06", by)


def ordered() -> street.Life:
    return found().ordered(JUNE, "2026-06-18")


def missed(story: street.Life, version: int) -> street.Life:
    late = told.DeadlineMissed(**story.known, round=1, deadline=date(2026, 6, 18), deadline_version=version)
    return story.tell(late, LATER)


def granted_often() -> street.Life:
    story = ordered()
    for number in range(Life().policy.limits.extensions + 1):
        granted(requested(story), f"2026-07-{number + 1:02}")
    return story


def agreed_by_oneself() -> street.Life:
    story = requested(ordered())
    agreed = told.ExtensionAgreedBySupervisor(**story.known)
    return granted(story.tell(agreed, "2026-06-06", "p-300"), "2026-06-30")


def refused_and_moved() -> street.Life:
    story = requested(ordered())
    no = told.ExtensionRefused(**story.known, deadline=date(2026, 6, 17), reason="可以按期消除")
    return story.tell(no, "2026-06-06")


def proposed(story: street.Life, act: ProposedAct) -> street.Life:
    return story.tell(told.DecisionProposed(**story.known, act=act), LATER, role=Role.EXP)


def proposed_after(act: ProposedAct) -> street.Life:
    return proposed(passed().closed("2026-06-13"), act)


def reopened_void() -> street.Life:
    story = found().voided(JUNE)
    again = told.HazardReopened(**story.known, reason=ReopenReason.AUDIT, remark="又查")
    return story.tell(again, LATER)


BROKEN: list[tuple[int, str, Callable[[], street.Life]]] = [
    (1, "asked after its closure", lambda: asked(passed().closed("2026-06-13"))),
    (1, "reopened after it was voided", reopened_void),
    (1, "a pass proposed after its closure", lambda: proposed_after(ProposedAct.PASS)),
    (1, "reopening proposed of a void", lambda: proposed(found().voided(JUNE), ProposedAct.REOPEN)),
    (2, "one certificate twice", lambda: ordered_with(certificates=CERTIFICATES[:1] * 2)),
    (2, "no deadline of either kind", lambda: ordered_with(deadline=None)),
    (2, "no notice", lambda: ordered_with(notice=None)),
    (2, "a waiver outside a ledger", lambda: ordered_with(notice=None, waived=(Waiver.NOTICE,))),
    (2, "a ledger's evidence outside a ledger", lambda: ordered_with(evidence="ledger")),
    (
        2,
        "a ledger without its waiver",
        lambda: ordered_with(notice=None, entry=Entry.LEDGER, evidence="ledger"),
    ),
    *((3, f"ordered by {role}", lambda role=role: ordered_with(role=role)) for role in (Role.GRID, Role.VIL)),
    *((3, f"ordered by {role}", lambda role=role: ordered_with(role=role)) for role in (Role.EXP, Role.SCO)),
    (3, "ordered by the system", lambda: ordered_with(role=Role.SYS)),
    (4, "never looked at", lambda: found().ordered(JUNE, "2026-06-18").submitted("2026-06-10").closed(LATER)),
    (4, "looked at a round ago", lambda: passed().reopened("2026-06-13", "2026-06-30").closed(LATER)),
    (4, "fixed unseen", lambda: found().fixed_on_spot(JUNE, verified=False).closed(LATER)),
    (5, "closed by who looked", lambda: major_passed().closed(LATER, "p-50")),
    (5, "closed by who came along", lambda: major_passed().closed(LATER, "p-51")),
    (5, "closed by who submitted", lambda: major_passed().closed(LATER, "p-300")),
    (6, "no plan's words", lambda: major_passed(plan=None).closed(LATER, "p-9")),
    (6, "no money", lambda: major_passed(plan=lacking("funds")).closed(LATER, "p-9")),
    (6, "a measure stands", lambda: measured(major_passed()).closed(LATER, "p-9")),
    (6, "still listed", lambda: listed(major_passed()).closed(LATER, "p-9")),
    (7, "no later", lambda: granted(requested(ordered()), "2026-06-18")),
    (7, "granted by who asked", lambda: granted(requested(ordered()), "2026-06-30", "p-300")),
    (7, "agreed to by who asked", agreed_by_oneself),
    (7, "moved by a refusal", refused_and_moved),
    (8, "asked twice", lambda: requested(requested(ordered()))),
    (8, "granted unasked", lambda: granted(ordered(), "2026-06-30")),
    (8, "granted too often", granted_often),
    (11, "missed twice", lambda: missed(missed(ordered(), 3), 3)),
    (9, "a round left out", skipped_round),
    (9, "two deadlines at once", lambda: asked(found().ordered(JUNE, "2026-06-18"), LATER)),
    (10, "no clause", lambda: major(clause=None)),
    (10, "a clause there is not", lambda: major(clause="工贸99号令-1(1)")),
    (10, "a clause of before", lambda: major(clause=replaced_clause())),
    (14, "taken by who was not asked", taken_unasked),
    (16, "an order", lambda: own_closure(found(source=Source.SELF_SHOP).ordered(JUNE, "2026-06-18"))),
    (16, "found by an officer", lambda: own_closure(asked(found(source=Source.SELF_SHOP)))),
    (16, "found by an expert", lambda: own_closure(asked(found(source=Source.EXPERT)))),
]


def lacking(item: str) -> object:
    missing = getattr(PLAN, item).model_copy(update={"in_place": False})
    return PLAN.model_copy(update={item: missing})


def replaced_clause() -> str:
    return next(code for code, clause in Life().policy.clauses.items() if clause.ends is not None)


@pytest.mark.parametrize(
    ("number", "story"),
    [(number, story) for number, _, story in BROKEN],
    ids=[f"{number}-{what}" for number, what, _ in BROKEN],
)
def test_an_invariant_tells_the_life_that_breaks_it(number, story):
    assert list(INVARIANTS[number](lived(story()))) != []


@pytest.mark.parametrize(
    "story",
    [
        lambda: passed().closed("2026-06-13"),
        lambda: major_passed().closed(LATER, "p-9"),
        lambda: passed().closed("2026-06-13").reopened(LATER, "2026-06-30"),
        lambda: found().fixed_on_spot(JUNE).closed(LATER),
        lambda: found().voided(JUNE),
        lambda: proposed_after(ProposedAct.REOPEN),
    ],
)
def test_no_invariant_complains_of_an_orderly_life(story):
    life = lived(story())

    assert {number: list(invariant(life)) for number, invariant in INVARIANTS.items()} == {
        number: [] for number in INVARIANTS
    }


def test_a_tally_that_differs_from_the_log_is_told():
    life = lived(passed().closed("2026-06-13"))
    life.steps[-1] = replace(life.steps[-1], after=replace(life.steps[-1].after, status=Status.VERIFIED))

    assert list(INVARIANTS[12](life)) != []
    assert life.steps[-1].before.level is Level.GENERAL
