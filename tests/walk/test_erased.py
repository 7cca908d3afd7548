"""恢复备份 · A whole installation: erased by the command, an older database put back, started again: still erased."""

import os
import subprocess
import sys
from functools import partial
from uuid import uuid4

from contracts.values import Role
from walk.installation import TOWN, Installation, started

PLACE = {"division": TOWN, "organisation": "org-town", "starts_on": "2026-01-01"}


def registered(installation: Installation, name: str) -> str:
    body = {"name": name, "appointment": {"role": "TWN", **PLACE}}
    with installation.client() as web:
        headers = installation.token(Role.TWL, "p-leader") | {"Idempotency-Key": str(uuid4())}
        answer = web.post("/api/v1/people", json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    return answer.headers["Location"].rpartition("/")[2]


def erase(installation: Installation, person: str) -> str:
    done = subprocess.run(
        [
            sys.executable,
            "-P",
            "-m",
            "services.cli.main",
            "people",
            "erase",
            person,
            "--yes",
            "--reason",
            "本人申请",
        ],
        env=os.environ | {"HAZARD_DATA_DIR": str(installation.places.root), "PYTHONUTF8": "1"},
        capture_output=True,
        check=True,
    )
    return done.stdout.decode()


def names(installation: Installation, *people: str) -> list[str]:
    return [installation.insist(partial(installation.get, f"people/{one}")).json()["name"] for one in people]


def test_an_older_database_brings_nobody_back() -> None:
    with started() as installation:
        gone, stays = registered(installation, "欧阳锋"), registered(installation, "洪七")
        installation.stop()
        here, aside = installation.places.postgres, installation.places.root / "backup"
        subprocess.run(["cp", "-a", here, aside], check=True)
        installation.start()
        before = names(installation, gone, stays)
        said = erase(installation, gone)
        after = names(installation, gone, stays)
        installation.stop()
        subprocess.run(["rm", "-rf", here], check=True)
        subprocess.run(["cp", "-a", aside, here], check=True)
        installation.start()

        assert before == ["欧阳锋", "洪七"]
        assert f"已删除 {gone}" in said
        assert after == names(installation, gone, stays) == ["已删除", "洪七"]
        assert installation.query("select sealed_name from people.people where id = %s", gone) == [(None,)]
        written = [file for file in installation.places.logs.iterdir() if "欧阳锋" in file.read_text("utf-8")]
        assert written == []
