"""期限故事 · Lives in which a notice is served, more time is asked for, and the timer looks."""

from dataclasses import replace
from datetime import timedelta

from contracts.limits import LimitUnit
from contracts.terms import Owing, ServiceMethod
from contracts.values import Role
from given.lives import day, ordered, ordering, registered
from given.story import ENT_M, TWO, Life
from services.hazard.calendar import end_of
from services.hazard.lifecycle.extending import (
    AgreeExtension,
    GrantExtension,
    RequestExtension,
    agree_extension,
    request_extension,
)
from services.hazard.lifecycle.ordering import order_rectification
from services.hazard.lifecycle.serving import ServeNotice, serve_notice
from services.hazard.lifecycle.timing import RecordDeadlineMissed, record_deadline_missed
from services.hazard.policy import DayLimit

SYS = {"person": "p-sys", "role": Role.SYS, "organisation": "system"}
FIFTEEN_DAYS = DayLimit(amount=15, unit=LimitUnit.DAYS)
SERVED = ServeNotice(method=ServiceMethod.DIRECT, recipient="p-boss")
AGREED = AgreeExtension(remark="情况属实")
GRANTED = GrantExtension()


def ordered_from_service(limit: DayLimit = FIFTEEN_DAYS) -> Life:
    life = registered()
    return life.when(order_rectification, ordering(life, deadline=None, from_service=limit), TWO)


def served(limit: DayLimit = FIFTEEN_DAYS) -> Life:
    return ordered_from_service(limit).when(serve_notice, SERVED, TWO)


def asking(life: Life, days: int = 45) -> RequestExtension:
    return RequestExtension(deadline=day(life, days), reason="防爆电机须订制", protection="停用该工位并隔离")


def requested(life: Life | None = None) -> Life:
    life = life or ordered()
    return life.when(request_extension, asking(life), ENT_M)


def agreed(life: Life | None = None) -> Life:
    return requested(life).when(agree_extension, AGREED, TWO)


def over(life: Life, what: Owing = Owing.RECTIFICATION) -> Life:
    """One second after the deadline's last day, or the re-inspection's."""
    terms = life.hazard.terms
    term = terms.rectification if what is Owing.RECTIFICATION else terms.reinspection
    assert term.on is not None
    return replace(life, at=end_of(term.on) + timedelta(seconds=1))


def missing(life: Life, what: Owing = Owing.RECTIFICATION) -> RecordDeadlineMissed:
    terms = life.hazard.terms
    term = terms.rectification if what is Owing.RECTIFICATION else terms.reinspection
    return RecordDeadlineMissed(what=what, deadline_version=term.version)


def missed(life: Life | None = None) -> Life:
    life = over(life or ordered())
    return life.when(record_deadline_missed, missing(life), SYS)
