"""合同说明 · contracts/README.md names every event and every code, in the words of the classes."""

import re
from pathlib import Path

import pytest

from contracts import values
from contracts.catalogue import EVENTS
from contracts.envelope import Event

README = (Path(values.__file__).parent / "README.md").read_text(encoding="utf-8")
ROW = re.compile(
    r"^\| `(?P<type>[a-z-]+\.[a-z-]+)` \| (?P<zh>.+?) \| (?P<en>.+?) \| (?P<when>.+?) \| `(?P<of>.+?)` \|$",
    re.MULTILINE,
)
ROWS = {row["type"]: row for row in ROW.finditer(README)}
# Never within an event: of a status comes what happened, of a source's group the source.
DERIVED = (values.Status, values.SourceGroup)
CODES = [
    codes
    for codes in values.Named.__subclasses__()
    if codes.__module__ == values.__name__ and codes not in DERIVED
]


def section(title: str) -> str:
    return README.partition(f"\n## {title}")[2].partition("\n## ")[0]


def words(event: type[Event]) -> tuple[str, str]:
    assert event.__doc__ is not None
    zh, _, rest = event.__doc__.partition(" · ")
    return zh, rest.strip().splitlines()[0]


def test_what_a_hazard_is_comes_before_anything_else() -> None:
    first = README.splitlines()[2]

    assert "事故隐患" in first
    assert "从不指危险源" in first


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.TYPE)
def test_the_catalogue_names_every_event_in_the_words_of_its_class(event: type[Event]) -> None:
    zh, en = words(event)
    row = ROWS.get(event.TYPE)
    wanted = f"| `{event.TYPE}` | {zh} | {en} | 何时… | `{event.TYPE.partition('.')[0]}` |"

    assert row is not None, f"add to contracts/README.md: {wanted}"
    assert (zh, en, event.TYPE.partition(".")[0]) == (row["zh"], row["en"], row["of"]), wanted


def test_the_catalogue_lists_the_events_in_the_order_of_the_code_and_no_others() -> None:
    assert [event.TYPE for event in EVENTS] == list(ROWS)


@pytest.mark.parametrize("codes", CODES, ids=lambda codes: codes.__name__)
def test_every_code_stands_there_with_its_chinese_name(codes: type[values.Named]) -> None:
    listed = "，".join(f"`{member.value}` {member.zh}" for member in codes)

    assert f" | {listed} |" in section("代码 · Codes"), f"contracts/README.md, codes: {listed}"


@pytest.mark.parametrize("name", re.findall(r"\]\(([a-z][^):]*)\)", README))
def test_a_file_it_points_to_is_there(name: str) -> None:
    assert (Path(values.__file__).parent / name).exists()


@pytest.mark.parametrize(
    "header",
    ["Content-Type", "Nats-Msg-Id", "Hazard-Log", "Hazard-Position", "Hazard-Appended", "Hazard-Chain"],
)
def test_every_header_is_explained(header: str) -> None:
    assert f"| `{header}` |" in section("主题与消息头")


def test_the_change_log_begins_with_the_newest_day() -> None:
    days = re.findall(r"^### (\d{4}-\d{2}-\d{2})$", section("变更记录"), re.MULTILINE)

    assert sorted(days, reverse=True) == days
    assert days
