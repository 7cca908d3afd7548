"""演示 · `hazard demo --json` ends well, agrees with itself, and leaves nothing behind."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path


def test_the_demo_agrees_and_leaves_nothing_behind(tmp_path: Path) -> None:
    before = set(Path(tempfile.gettempdir()).glob("hazard-demo-*"))

    done = subprocess.run(
        [sys.executable, "-m", "services.cli.main", "demo", "--json"],
        cwd=tmp_path,
        env={name: value for name, value in os.environ.items() if not name.startswith("HAZARD_")},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    figures = json.loads(done.stdout)
    assert figures["events"] == figures["stream_last_seq"] > 0
    assert (figures["enterprises"], figures["hazards"]) == (144, 352)
    assert figures["reminders"] > 0
    assert {"closed", "major", "seconds"} <= set(figures)
    assert before == set(Path(tempfile.gettempdir()).glob("hazard-demo-*"))
