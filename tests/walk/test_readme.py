"""说明书 · The README's steps, done as they stand there."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from walk.installation import Installation

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
LONGEST = 200


def test_a_hazard_goes_from_capture_to_closure_with_curl_and_the_readme(
    installation: Installation, tmp_path: Path
) -> None:
    (script,) = re.findall(r"```bash\n(.*?)```", README, re.DOTALL)
    mine = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "WEB": installation.known.web,
        "HAZARD_DATA_DIR": str(installation.places.root),
    }

    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        env=os.environ | mine,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    trail = json.loads(done.stdout.splitlines()[-1])
    steps = [(step["type"], step["actor"]["name"]) for step in trail["steps"]]
    assert [
        ("hazard.captured", "王建国"),
        ("hazard.submitted", "王建国"),
        ("hazard.registered", "王建国"),
        ("hazard.rectification-ordered", "王建国"),
        ("hazard.rectification-submitted", "陈安全"),
        ("hazard.reinspection-passed", "王建国"),
        ("hazard.closed", "李红梅"),
    ] == steps
    assert all(step["occurred_at"] and step["recorded_at"] for step in trail["steps"])


def test_the_readme_is_short_and_names_every_folder() -> None:
    folders = (
        "contracts/",
        "services/hazard/",
        "services/projections/",
        "services/notifier/",
        "deploy/",
        "tests/",
    )

    assert len(README.splitlines()) <= LONGEST
    assert all(f"`{folder}`" in README for folder in folders)


def test_every_file_the_readme_sends_a_newcomer_to_is_there() -> None:
    root = Path(__file__).parents[2]
    named = set(re.findall(r"`((?:services|contracts|tests|deploy)/[\w/.-]+\.(?:py|md|toml))`", README))

    missing = {path for path in named if not (root / path).exists()}

    assert named
    assert set() == missing
