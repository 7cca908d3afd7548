"""履历页 · What stands on the printed page of a trail, and what may never come to life on it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from uuid import UUID

from contracts.catalogue import EVENTS, open_event
from contracts.envelope import Event, decode, encode
from contracts.hazard import MajorReport, ProgressReported
from contracts.values import RectificationPlan, Role
from given.golden import FOLDER
from given.long_life import DANGEROUS, long_life
from given.street import NAMES, Life, Street
from services.cli.trail_details import LABELS, NOT_SHOWN, PLAN_LABELS, REPORT_LABELS, details
from services.cli.trail_page import Proof, Step, page

PROOF = Proof(UUID(int=5), 4711, bytes(32), datetime(2026, 8, 1, 3, tzinfo=UTC), "sha256:" + "f" * 64)


class Elements(HTMLParser):
    """The elements of a page and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.places: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.places += [value or "" for name, value in attrs if name in {"src", "href", "action", "onload"}]

    def handle_data(self, data: str) -> None:
        self.text += data


def steps_of(life: Life) -> list[Step]:
    bodies = [
        (each, encode(each.envelope))
        for each in life.firm.street.recorded
        if each.envelope.subject == f"hazard/{life.id}"
    ]
    return [
        Step(each.position, each.appended_at, body, sha256(b"\x00" + body).digest()) for each, body in bodies
    ]


def shown(life: Life, *, named: bool = True) -> Elements:
    return Elements(page(life.id, steps_of(life), PROOF, NAMES if named else {}, named=named))


def test_a_page_tells_the_whole_life_and_how_to_verify_it() -> None:
    life = long_life(Street())
    told = shown(life).text

    for words in (
        *(
            life.number,
            "某某五金厂",
            "2号车间",
            "已销号",
            "重大",
            "第30步",
            "责令整改",
            "余应急责改〔2026〕12号",
        ),
        *("李四（镇街执法人员，标识 p-9）", "2026年6月18日", "1,200.00元", "方案·资金", "sha256:" + "a" * 64),
        *("离线补传", PROOF.fingerprint, "4711", "verify.py", "核验不能说明", steps_of(life)[29].leaf.hex()),
    ):
        assert words in told


def test_who_acts_for_the_enterprise_is_shown_with_its_name() -> None:
    street = Street()
    life = street.enterprise("某某五金厂").hazard().found("2026-06-03")
    life.tell(
        ProgressReported(**life.known, progress="已购材料"), "2026-06-04", "p-301", organisation=life.firm.id
    )

    assert "所属机构某某五金厂" in shown(life).text


def test_what_somebody_wrote_never_comes_to_life() -> None:
    told = shown(long_life(Street()))

    assert DANGEROUS in told.text
    assert not {"script", "img", "link", "iframe"} & told.names
    assert [] == told.places


def test_a_page_without_names_shows_ids() -> None:
    told = shown(long_life(Street()), named=False).text

    assert "本页不列姓名" in told
    assert not [name for name in NAMES.values() if name in told]
    assert "p-9（镇街执法人员）" in told


def test_who_reported_from_outside_is_not_named() -> None:
    street = Street()
    life = street.enterprise().hazard().captured("2026-06-03", "p-99", organisation="org-neighbours")
    told = shown(life).text

    assert Role.PUB is street.recorded[-1].envelope.role
    assert "身份保密（群众）" in told
    assert not [word for word in ("p-99", "org-neighbours") if word in told]


def test_every_field_of_every_event_of_a_hazard_has_a_chinese_label() -> None:
    fields = {field for event in EVENTS if event.TYPE.startswith("hazard.") for field in event.model_fields}

    assert fields == set(LABELS) | NOT_SHOWN
    assert set(RectificationPlan.model_fields) == set(PLAN_LABELS)
    assert set(MajorReport.model_fields) == set(REPORT_LABELS)


def test_every_event_ever_published_can_be_put_on_a_page() -> None:
    for file in sorted(FOLDER.glob("hazard.*.json")):
        body = file.read_bytes()
        hazard = UUID(decode(body).key)
        step = Step(1, PROOF.at, body, bytes(32))

        assert "办理经过" in page(hazard, [step], PROOF, NAMES)


def test_a_field_is_called_what_it_is_in_its_event() -> None:
    listed, escalated = (opened(FOLDER / f"hazard.{name}.1.json") for name in ("listed", "escalated"))

    assert "督办级别" in dict(details(listed, NAMES))
    assert "区县主管部门" == dict(details(escalated, NAMES))["升级至"]


def opened(file: Path) -> Event:
    return open_event(decode(file.read_bytes()))


def test_details_speak_no_code() -> None:
    life = long_life(Street())
    said = {
        text
        for each in life.firm.street.recorded
        if each.envelope.aggregate == "hazard"
        for _, text in details(each.event, NAMES)
    }

    assert {"电话", "现场", "物的不安全状态", "经度120.301°，纬度30.421°（CGCS2000）", "第2轮"} <= said
    assert not {"PHONE", "ON_SITE", "CONDITION", "True", "p-9"} & said
