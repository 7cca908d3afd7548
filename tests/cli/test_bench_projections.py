"""读侧性能测试自身 · A real run as small as can be: its keys, its figures, and that nothing is left."""

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.cli.bench import projections
from services.cli.bench.reading import Span

from .test_bench import marked

PROMISED = (
    "rebuild.eps",
    "live.eps",
    "visible.p50_ms",
    "visible.p99_ms",
    "tally.p95_ms",
    "as_of.p95_ms",
    "search.p95_ms",
    "file.p95_ms",
    "runner.rss_mb",
)
TINY = Span(repetitions=1, live_hazards=20, rate=50, seconds=0.4, reads=6, files=2)


@pytest.fixture
def temporary() -> Iterator[str]:
    """Not pytest's own temporary folder: it is closed to the account PostgreSQL runs as under the superuser."""
    folder = Path(tempfile.mkdtemp(prefix="hazard-test-bench-"))
    folder.chmod(0o711)
    yield str(folder)
    folder.rmdir()  # whatever ran in it has left nothing there


def test_the_read_side_is_measured_and_nothing_is_left_running(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], temporary: str
):
    monkeypatch.setattr(projections, "SPAN", TINY)
    monkeypatch.setattr(tempfile, "tempdir", temporary)

    status = projections.projections(hazards=projections.FEWEST, as_json=True)
    told = capsys.readouterr()
    figures = json.loads(told.out)

    assert status == 0, told.err
    for key in PROMISED:
        value = figures
        for name in key.split("."):
            value = value[name]
        assert value > 0, key
    assert figures["history"]["hazards"] == projections.FEWEST
    assert figures["errors"] == []
    assert marked(temporary) == []
