"""一次写成的文件 · Written whole, once, and nothing left behind when it fails."""

import errno
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from services.files import write_once


def test_of_several_who_write_at_once_one_wins_and_nothing_else_is_left(tmp_path: Path) -> None:
    file = tmp_path / "a" / "b" / "c.txt"

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda n: write_once(file, b"%d" % n * 10_000, mode=0o444, folders=0o755), range(8)))

    assert len(set(file.read_bytes())) == 1
    assert len(file.read_bytes()) == 10_000
    assert [file] == list(file.parent.iterdir())
    assert file.stat().st_mode & 0o777 == 0o444


def test_a_file_that_is_there_stays_as_it_is(tmp_path: Path) -> None:
    for content in (b"first", b"second"):
        write_once(tmp_path / "x", content, mode=0o600, folders=0o700)

    assert (tmp_path / "x").read_bytes() == b"first"


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "no space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        write_once(tmp_path / "x", b"much", mode=0o600, folders=0o700)

    assert [] == list(tmp_path.iterdir())
