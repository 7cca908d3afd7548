"""履历用语 · Every event of a hazard has its sentence."""

from contracts.catalogue import EVENTS
from given.street import NAMES, Street, a_street_with_every_kind_of_life
from services.projections.sentences import SENTENCES, people_of, told


def test_every_event_of_a_hazard_has_a_sentence() -> None:
    events = {event for event in EVENTS if event.TYPE.startswith("hazard.")}

    assert events == set(SENTENCES)


def said(street: Street, number: int = -1) -> str:
    last = street.recorded[number]
    return told(last.envelope, last.event, NAMES, sealed=False)


def test_an_order_tells_deadline_person_notice_and_certificates() -> None:
    street = Street()
    street.enterprise().hazard().found("2026-06-03").ordered("2026-06-03", "2026-06-18")

    assert (
        "2026年6月3日 09:30，镇街执法人员李四责令整改（行政检查），期限2026年6月18日，责任人王五，"
        "文书余应急责改〔2026〕12号，执法证号33011100123、33011100124。"
    ) == said(street)


def test_a_step_from_a_ledger_says_so_and_who_typed_it() -> None:
    street = Street()
    street.enterprise().hazard().imported(by="p-50").captured("2026-06-03", by="p-71")

    assert (
        "2026年6月3日，专家张三在2号车间发现（行政检查）：配电箱外壳未做保护接地。（台账导入，钱七录入）"
    ) == said(street)


def test_a_person_without_a_name_is_told_by_id() -> None:
    street = Street()
    street.enterprise().hazard().found("2026-06-03").ordered("2026-06-03", "2026-06-18", responsible="p-7")

    assert "责任人p-7" in said(street)


def test_every_person_of_a_sentence_is_looked_up() -> None:
    street = a_street_with_every_kind_of_life()
    people = set().union(*(people_of(r.envelope, r.event) for r in street.recorded))

    assert {"p-9", "p-71", "p-301", "p-300", "p-50", "p-99"} == people


def test_an_order_in_days_tells_from_when_they_run() -> None:
    street = Street()
    life = street.enterprise().hazard().found("2026-06-03").ordered_from_service("2026-06-03")
    assert "期限自送达之日起15日，责任人王五" in said(street)

    life.served("2026-06-05", "2026-06-20")
    assert "于2026年6月5日直接送达责令整改文书，由王五签收，整改期限为2026年6月20日" in said(street)


def test_an_extension_tells_both_dates() -> None:
    street = Street()
    life = street.enterprise().hazard().found("2026-06-03").ordered("2026-06-03", "2026-06-18")
    life.extended("2026-06-10", "2026-06-18", "2026-07-05")

    assert "批准延期，整改期限由2026年6月18日改为2026年7月5日" in said(street)
