"""读模型命令 · What `hazard projections` says of them: one line each, a rebuild beneath, a difference row by row."""

from io import StringIO
from typing import Any

from rich.console import Console

from services.cli.metrics import of_the_models
from services.cli.projections import lines_of, table_of
from services.exposition import exposed
from services.projections.progress import EXAMPLE, REBUILDING, Progress

WIDE = 200


def shown(*models: dict[str, Any]) -> str:
    console = Console(file=StringIO(), width=WIDE, color_system=None)
    console.print(table_of(list(models)))
    return console.file.getvalue()


def test_each_read_model_has_its_line_and_its_rebuild_another() -> None:
    lines = shown(EXAMPLE).splitlines()
    of_model = next(line for line in lines if "ledger v2" in line)
    of_rebuild = next(line for line in lines if "重建 v2" in line)

    assert all(text in of_model for text in ("跟随中", "1,042", "12.5"))
    assert all(text in of_rebuild for text in ("重建中", "600,000", "50.0%", "剩 20", "30,000", "核对台账"))


def test_a_rebuild_that_stopped_says_why() -> None:
    failed = REBUILDING | {"state": "failed", "last_error": "第 7 号事件", "seconds_left": None, "rate": None}

    assert "第 7 号事件" in shown(EXAMPLE | {"rebuild": failed})


def test_a_difference_counts_rows_and_shows_some() -> None:
    one = {
        "table": "ledger_v4",
        "live_rows": 3,
        "built_rows": 2,
        "only_live": 1,
        "only_built": 0,
        "shown_live": [{"id": "5b1f"}],
        "shown_built": [],
    }
    told = {"live_position": 9, "built_position": 9, "same_position": True, "tables": [one]}

    assert [
        "现用 9，新建 9",
        "ledger_v4：行数 3 → 2；只在现用 1，只在新建 0",
        '  - {"id": "5b1f"}',
    ] == lines_of(told)
    assert "位置不同" in lines_of(told | {"same_position": False})[0]


def test_a_scraper_is_told_of_pace_parked_events_and_rebuilds() -> None:
    text = exposed(of_the_models([Progress.model_validate(EXAMPLE | {"parked": 2, "healthy": False})]))
    labels = '{projection="ledger",version="2"}'

    assert {
        f"hazard_projection_rate{labels} 12.5",
        f"hazard_projection_batch_seconds{labels} 0.004",
        f"hazard_projection_parked{labels} 2",
        f"hazard_projection_healthy{labels} 0",
        f"hazard_projection_rebuild_ratio{labels} 0.5",
    } <= set(text.splitlines())
