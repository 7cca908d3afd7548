"""演示的收场 · Whatever ends the demo, its installation ends with it and its directory is gone."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.cli.demo import stopped
from services.servers import leftovers
from services.servers.places import Places

STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
PATIENCE = 240.0


@pytest.fixture
def folder() -> Iterator[Path]:
    """Where the demo makes its directory; passable for the database's account."""
    made = Path(tempfile.mkdtemp(prefix="hazard-test-")).resolve()
    made.chmod(0o711)
    yield made
    for root in made.iterdir():
        leftovers.end(Places(root))
    shutil.rmtree(made)


def await_web(folder: Path, demo: subprocess.Popen[str]) -> Places:
    """The demo's directory, once its web process has been started."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and demo.poll() is None:
        for log in folder.glob("hazard-demo-*/logs/web.log"):
            return Places(log.parent.parent)
        time.sleep(0.1)
    raise AssertionError(demo.communicate())


@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGHUP])
def test_a_demo_that_is_asked_to_stop_leaves_no_process_and_no_directory(
    folder: Path, asked: signal.Signals
) -> None:
    demo = subprocess.Popen(
        [sys.executable, "-P", "-m", "services.cli.main", "demo", "--json"],
        env=os.environ | {"TMPDIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    places = await_web(folder, demo)
    demo.send_signal(asked)
    said, _ = demo.communicate(timeout=PATIENCE)

    assert demo.returncode == 128 + asked, said
    assert leftovers._marked(places) == []
    assert list(folder.iterdir()) == []


def test_an_installation_that_does_not_stop_in_time_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", STUBBORN], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()

        assert stopped(child, patience=0.2) == -signal.SIGKILL
