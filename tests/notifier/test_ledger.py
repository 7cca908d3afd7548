"""提醒台账 · Each reminder owed is told once, whatever happens to the notifier in between."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from contracts.hazard import RectificationAsked, ResponsibleAssigned
from contracts.values import Post, Role
from services.notifier.channels import Log
from services.notifier.delivering import deliver
from services.notifier.folding import CheckpointMoved, caught_up, checkpoint, fold_batch
from services.notifier.memory import Replaced, take_over

DEADLINE = date(2026, 6, 18)


def sent(lines: list[Any]) -> list[tuple[str, str]]:
    told = [line for line in lines if line["event"] == "reminder.sent"]
    return [(line["recipient"], line["rung"]) for line in told]


async def test_the_responsible_and_the_main_person_are_told_by_id(opened: Any, history: Any) -> None:
    office = await opened(Log())
    history.named("p-300")
    hazard = history.hazard(DEADLINE)

    with capture_logs() as lines:
        await office.works("2026-06-15")

    told = [line for line in lines if line["event"] == "reminder.sent"]
    assert [("p-300", "T-3"), ("p-301", "T-3")] == sorted(sent(lines))
    assert {hazard.number} == {line["number"] for line in told}
    assert {f"整改期限临近：{hazard.number}，还剩3天"} == {line["subject"] for line in told}


async def test_a_ladder_is_climbed_rung_by_rung_with_a_restart_and_a_replay_every_day(
    opened: Any, history: Any, connection: Any
) -> None:
    history.hazard(DEADLINE)

    with capture_logs() as lines:
        for day in range(40):
            office = await opened(Log())
            await history.fold_anew(connection)
            await office.works(str(date(2026, 6, 4) + timedelta(days=day)))
            await office.works(str(date(2026, 6, 4) + timedelta(days=day)))

    expected = ["T-7", "T-3", "T-1", "T0", "T+1", "T+2", "T+4", "T+8", "T+16"]
    assert [("p-301", rung) for rung in expected] == sent(lines)


async def test_an_old_ledger_brings_one_reminder_for_each_open_obligation(opened: Any, history: Any) -> None:
    office = await opened(Log())
    history.named("p-301")
    history.appointed("p-9", Role.TWO)
    for days in (200, 31, 0):
        history.hazard(date(2026, 6, 3) - timedelta(days=days))
    waiting = history.hazard(date(2026, 5, 1))
    waiting.submitted(date(2026, 5, 11))
    done = history.hazard(date(2026, 5, 1))
    done.submitted(date(2026, 5, 11))
    done.closed()

    with capture_logs() as lines:
        await office.works("2026-06-03")

    expected = [("p-301", "T+128"), ("p-301", "T+16"), ("p-301", "T0"), ("p-9", "T+16")]
    assert sorted(expected) == sorted(sent(lines))
    assert [("superseded",)] == sorted(set(await office.ledger("verdict", "verdict <> 'send'")))


async def test_a_hazard_submitted_or_closed_before_the_sweep_is_not_reminded_of(
    opened: Any, history: Any
) -> None:
    office = await opened(Log())
    history.appointed("p-9", Role.TWO)
    history.hazard(DEADLINE).submitted(date(2026, 6, 28))
    history.hazard(DEADLINE).closed()

    with capture_logs() as lines:
        await office.works("2026-06-17")

    assert [] == sent(lines)
    assert [] == await office.ledger("rung")


async def test_what_ended_between_ledger_and_sending_is_not_sent(opened: Any, history: Any) -> None:
    office = await opened(Log())
    hazard = history.hazard(DEADLINE)
    await history.fold(office.desk.connection)
    office.today = office.today.replace(day=17)
    await office.sweeps()
    hazard.closed()
    await history.fold(office.desk.connection)

    with capture_logs() as lines:
        await deliver(office.desk)

    assert [] == sent(lines)
    assert [("ended",)] == await office.ledger("state", "verdict = 'send'")


async def test_a_new_deadline_is_a_new_ladder(opened: Any, history: Any) -> None:
    office = await opened(Log())
    hazard = history.hazard(DEADLINE)
    await office.works("2026-06-18")
    hazard.add(RectificationAsked(**hazard.common, deadline=date(2026, 6, 30), responsible="p-301"))

    with capture_logs() as lines:
        await office.works("2026-06-19")
        await office.works("2026-06-23")

    assert [("p-301", "T-7")] == sent(lines)


async def test_who_becomes_responsible_is_told_the_next_rung(opened: Any, history: Any) -> None:
    office = await opened(Log())
    hazard = history.hazard(DEADLINE)
    await office.works("2026-06-15")
    hazard.add(ResponsibleAssigned(**hazard.common, responsible="p-305", previous="p-301"))

    with capture_logs() as lines:
        await office.works("2026-06-16")
        await office.works("2026-06-17")

    assert [("p-305", "T-1")] == sent(lines)


async def test_who_is_responsible_and_main_person_is_told_once(opened: Any, history: Any) -> None:
    office = await opened(Log())
    history.named("p-301", Post.MAIN)
    history.hazard(DEADLINE)

    with capture_logs() as lines:
        await office.works("2026-06-15")
        await office.works("2026-06-15")

    assert [("p-301", "T-3")] == sent(lines)
    ((slots,),) = await office.ledger("slots", "verdict = 'send'")
    assert {"responsible", "main-person"} == set(slots)


async def test_a_slot_nobody_holds_is_noted_once_and_told_when_somebody_does(
    opened: Any, history: Any
) -> None:
    office = await opened(Log())
    hazard = history.hazard(DEADLINE)
    hazard.submitted(date(2026, 6, 28))
    await office.works("2026-06-25")
    await office.works("2026-06-25")

    assert [("office/330111005000", -3, "nobody")] == await office.ledger("recipient, rung, verdict")

    history.appointed("p-9", Role.TWO)
    with capture_logs() as lines:
        await office.works("2026-06-26")

    assert [("p-9", "T-3")] == sent(lines)


async def test_a_lost_ledger_does_not_send_again_what_was_due_before(
    opened: Any, history: Any, connection: Any
) -> None:
    await connection.execute("update notifier.ledger set opened_at = '2026-06-19T09:00+08:00'")
    office = await opened(Log())
    history.hazard(DEADLINE)

    with capture_logs() as lines:
        await office.works("2026-06-19")
        await office.works("2026-06-20")

    assert [("p-301", "T+2")] == sent(lines)
    assert {("assumed",), ("send",)} == set(await office.ledger("verdict", "recipient = 'p-301'"))


async def test_steps_of_one_moment_are_over_before_anybody_is_told(opened: Any, history: Any) -> None:
    office = await opened(Log())
    history.hazard(date(2026, 1, 1))

    with capture_logs() as lines:
        await office.works("2026-06-03T10:01:04+08:00")
        await office.works("2026-06-03T10:01:06+08:00")

    assert [("p-301", "T+128")] == sent(lines)


async def test_a_notifier_that_was_replaced_enters_and_sends_nothing(
    opened: Any, history: Any, connection: Any
) -> None:
    history.hazard(DEADLINE)
    old = await opened(Log())
    await history.fold(connection)
    new = await opened(Log())
    new.today = old.today = old.today.replace(day=17)

    with pytest.raises(Replaced):
        await old.sweeps()

    await new.sweeps()
    with capture_logs() as lines:
        await deliver(old.desk)

    assert [] == sent(lines)

    with capture_logs() as lines:
        await deliver(new.desk)

    assert [("p-301", "T-1")] == sent(lines)


async def test_every_tenure_has_an_epoch_of_its_own(connection: Any) -> None:
    epochs = [(await take_over(connection)).epoch for _ in range(3)]

    assert [1, 2, 3] == epochs


async def test_a_batch_that_does_not_follow_the_checkpoint_changes_nothing(
    history: Any, connection: Any
) -> None:
    history.hazard(DEADLINE)
    await history.fold(connection)

    with pytest.raises(CheckpointMoved):
        await fold_batch(connection, history.recorded)

    assert (await checkpoint(connection)).position == 2


async def test_the_backlog_is_unread_until_the_end_of_the_log_is_folded(
    history: Any, connection: Any
) -> None:
    assert await caught_up(connection) == (True, 0)
    assert await checkpoint(connection) is None


async def test_the_ledger_cannot_be_deleted(connection: Any) -> None:
    for table in ("reminders", "deliveries", "ledger"):
        with pytest.raises(Exception, match="permission denied"):
            await connection.execute(f"delete from notifier.{table}")


async def test_who_was_erased_is_told_nothing_and_the_ledger_says_why(opened: Any, history: Any) -> None:
    office = await opened(Log())
    office.desk = replace(office.desk, erased=lambda ids: frozenset(ids) & {"p-301"})
    history.named("p-300")
    history.hazard(DEADLINE)

    with capture_logs() as lines:
        await office.works("2026-06-15")

    assert [("p-300", "T-3")] == sent(lines)
    assert [("p-300", "sent", None), ("p-301", "failed", "收件人信息已删除")] == await office.ledger(
        "recipient, state, error", "rung = -3"
    )
