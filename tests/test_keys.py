"""钥匙 · Kept outside PostgreSQL, for their owner only, shared by processes, and gone for good once destroyed."""

import base64
import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from services.keys import Erasure, KeyDestroyed, Keys, UnfitKeys, Unreadable

NOW = datetime(2026, 6, 3, 1, 0, tzinfo=UTC)
GONE = Erasure("p-1", NOW, "operator", "本人申请")
Opens = Callable[..., Keys]


@pytest.fixture
def opens(tmp_path: Path) -> Iterator[Opens]:
    """Opens the keys of a data directory, as a process does at its start."""
    there: list[Keys] = []

    def at(master: str | None = None, data: Path = tmp_path) -> Keys:
        there.append(Keys.at(data, master))
        return there[-1]

    yield at
    for keys in there:
        keys.close()


def files(data: Path) -> list[Path]:
    return [file for folder in ("people", "keys") for file in (data / folder).iterdir()]


def test_the_keys_are_their_owners_only(opens: Opens, tmp_path: Path) -> None:
    opens().make(["p-1"])
    modes = {stat.S_IMODE(file.stat().st_mode) for file in files(tmp_path)}

    assert {0o600} == modes
    assert {0o700} == {stat.S_IMODE((tmp_path / folder).stat().st_mode) for folder in ("people", "keys")}


def test_a_key_opens_what_it_sealed_after_a_restart_too(opens: Opens) -> None:
    keys = opens()
    sealed = keys.make(["p-1"])["p-1"].seal("name", b"zhang")
    keys.close()

    assert opens().of(["p-1"])["p-1"].open("name", sealed) == b"zhang"


@pytest.mark.parametrize(("person", "field"), [("p-2", "name"), ("p-1", "phone")])
def test_a_sealed_value_fits_no_other_place(opens: Opens, person: str, field: str) -> None:
    keys = opens().make(["p-1", "p-2"])
    sealed = keys["p-1"].seal("name", b"zhang")

    with pytest.raises(Unreadable):
        keys[person].open(field, sealed)


def test_who_has_a_key_keeps_it(opens: Opens) -> None:
    keys = opens()
    sealed = keys.make(["p-1"])["p-1"].seal("name", b"zhang")

    assert opens().make(["p-1"])["p-1"].open("name", sealed) == b"zhang"


def test_the_same_words_match_in_every_process_and_nowhere_else(opens: Opens, tmp_path: Path) -> None:
    here, again, elsewhere = opens(), opens(), opens(data=tmp_path / "other")

    assert here.match("person", "org", "张三") == again.match("person", "org", "张三")
    assert here.match("person", "org", "张三") != here.match("person", "org张", "三")
    assert here.match("person", "org", "张三") != elsewhere.match("person", "org", "张三")


def test_an_erasure_is_noticed_at_once_by_others_who_remember_the_key(opens: Opens) -> None:
    one, other = opens(), opens()
    one.make(["p-1"])
    remembered = other.of(["p-1"])
    one.erase([GONE])

    assert list(remembered) == ["p-1"]
    assert other.of(["p-1"]) == {}
    assert other.erased(["p-1", "p-2"]) == {"p-1": GONE}


def test_who_was_erased_gets_no_key_again(opens: Opens) -> None:
    keys = opens()
    keys.make(["p-1"])
    keys.erase([GONE])

    with pytest.raises(KeyDestroyed):
        opens().make(["p-1"])


def test_no_byte_of_a_destroyed_key_is_left_in_any_file(opens: Opens, tmp_path: Path) -> None:
    keys = opens()
    keys.make(["p-1", "p-2"])
    (wrapped,) = keys._reader.execute("select wrapped from keys where id = 'p-1'").fetchone()
    before = [file for file in files(tmp_path) if wrapped in file.read_bytes()]
    keys.erase([GONE])

    assert before
    assert [file for file in files(tmp_path) if wrapped in file.read_bytes()] == []


def test_the_first_erasure_stands(opens: Opens) -> None:
    keys = opens()
    keys.erase([GONE])
    keys.erase([Erasure("p-1", datetime(2027, 1, 1, tzinfo=UTC), "another", "又一次")])

    assert opens().erasures() == [GONE]


def test_an_erasure_that_came_no_further_than_its_line_is_finished_by_the_next_start(
    opens: Opens, tmp_path: Path
) -> None:
    keys = opens()
    keys.make(["p-1"])
    keys.close()
    (tmp_path / "people" / "erasures.jsonl").write_text(GONE.line() + "\n", encoding="utf-8")
    after = opens()

    assert (after.of(["p-1"]), after.erasures()) == ({}, [GONE])


def test_a_line_cut_off_by_a_crash_spoils_no_later_one(opens: Opens, tmp_path: Path) -> None:
    lines = tmp_path / "people" / "erasures.jsonl"
    opens().close()
    lines.write_text(GONE.line()[:20], encoding="utf-8")
    opens().erase([GONE])

    assert [json.loads(line)["id"] for line in lines.read_text(encoding="utf-8").splitlines()[1:]] == ["p-1"]
    assert opens().erasures() == [GONE]


def test_lost_lines_are_written_again_from_the_keys(opens: Opens, tmp_path: Path) -> None:
    lines = tmp_path / "people" / "erasures.jsonl"
    keys = opens()
    keys.erase([GONE])
    keys.close()
    lines.unlink()
    opens()

    assert lines.read_text(encoding="utf-8") == GONE.line() + "\n"


def test_a_lost_master_key_is_said_and_not_made_anew(opens: Opens, tmp_path: Path) -> None:
    opens().close()
    (tmp_path / "keys" / "people.key").unlink()

    with pytest.raises(UnfitKeys, match="找不到人员资料主密钥"):
        opens()


def test_the_master_key_of_a_deployment_comes_from_its_environment_or_a_file(
    opens: Opens, tmp_path: Path
) -> None:
    master = base64.b64encode(os.urandom(32)).decode()
    (tmp_path / "secret").write_text(master + "\n")
    opens(master).make(["p-1"])

    assert list(opens(str(tmp_path / "secret")).of(["p-1"])) == ["p-1"]
    assert not (tmp_path / "keys").exists()


@pytest.mark.parametrize("master", ["change-me", "", "/nowhere", base64.b64encode(b"short").decode()])
def test_an_unfit_master_key_is_refused(opens: Opens, master: str) -> None:
    opens(base64.b64encode(bytes(32)).decode()).close()

    with pytest.raises(UnfitKeys, match=r"主密钥|HAZARD_PEOPLE_KEY"):
        opens(master)


def test_another_master_key_is_refused(opens: Opens) -> None:
    opens(base64.b64encode(bytes(32)).decode()).close()

    with pytest.raises(UnfitKeys, match="不符"):
        opens(base64.b64encode(b"1" * 32).decode())


def test_keys_replaced_under_a_running_process_stop_it(opens: Opens, tmp_path: Path) -> None:
    keys = opens()
    file = tmp_path / "people" / "keys.sqlite"
    file.with_name("copy").write_bytes(file.read_bytes())
    file.with_name("copy").replace(file)

    with pytest.raises(UnfitKeys, match="重新启动"):
        keys.of(["p-1"])


MANY = """
import sys
from pathlib import Path
from services.keys import Keys
keys = Keys.at(Path(sys.argv[1]))
for number in range(40):
    made = keys.make([f"p-{number}", f"p-{sys.argv[2]}-{number}"])
print(keys.match("x").hex(), keys.id)
"""


def test_processes_that_start_and_write_at_once_agree(opens: Opens, tmp_path: Path) -> None:
    started: list[Any] = [
        subprocess.Popen([sys.executable, "-c", MANY, str(tmp_path), str(n)], stdout=subprocess.PIPE)
        for n in range(4)
    ]
    said = {one.communicate()[0] for one in started}
    keys = opens()

    assert [one.returncode for one in started] == [0, 0, 0, 0]
    assert said == {f"{keys.match('x').hex()} {keys.id}\n".encode()}
    assert len(keys.of([f"p-{n}" for n in range(40)])) == 40
