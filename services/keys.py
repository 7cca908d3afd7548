"""钥匙 · The one door to the keys that personal data are sealed with, kept outside PostgreSQL.

Each person, imported ledger and reported text has a random key of its own. The keys, wrapped by the installation's
master key, stand in one SQLite file of the data directory; to destroy a key is to erase what it sealed, in every
backup of the database too. The list of erasures is kept in that file and, line by line, in another beside it: with
the third copy in PostgreSQL (services.erasing) any one of them may be restored old without anybody coming back.

The processes of one machine share the file. It is no file for a network disk: its log is shared memory.
"""

import base64
import fcntl
import hmac
import json
import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Self
from uuid import uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

LENGTH: Final = 32  # bytes of every key: AES-256, HMAC-SHA-256
NONCE: Final = 12
FORM: Final = b"\x01"  # of a sealed value: nonce, then AES-256-GCM
REMEMBERED: Final = 50_000  # unwrapped keys in memory, of about half a kilobyte each
PATIENCE: Final = 20.0  # seconds to wait for another process that writes

TABLES: Final = """
create table if not exists identity (only_one integer primary key check (only_one = 1), id text, matching blob);
create table if not exists keys (id text primary key, wrapped blob not null) without rowid;
create table if not exists erasures (
    number integer primary key autoincrement, id text not null unique, at text not null, by text not null,
    reason text not null
);
"""


class PeopleSettings(BaseSettings):
    """人员资料设置 · Where the keys are and what wraps them; the same for every process that shows a name."""

    model_config = SettingsConfigDict(env_prefix="HAZARD_", frozen=True, extra="ignore")

    data_dir: Path = Field(default=Path(".data"), description="附件与密钥所在目录；各进程须为同一目录")
    people_key: SecretStr | None = Field(
        default=None, description="人员资料主密钥（32 字节的 Base64，或其文件路径）；不设则用数据目录自生成者"
    )

    @property
    def master(self) -> str | None:
        """主密钥 · As it was given; None or empty for the installation's own."""
        return self.people_key.get_secret_value() if self.people_key else None


class UnfitKeys(Exception):
    """钥匙不可用 · The keys are missing, foreign, replaced or wrapped by another master key: nothing may go on."""


class KeyDestroyed(Exception):
    """钥匙已销毁 · What was erased gets no key again."""


class Unreadable(Exception):
    """无法读取 · A sealed value that its key does not open."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """删除记录 · What was erased, when, by whom and why; nothing in it tells who it was."""

    id: str
    at: datetime
    by: str
    reason: str

    def line(self) -> str:
        """一行 · As JSON."""
        said = {"id": self.id, "at": self.at.isoformat(), "by": self.by, "reason": self.reason}
        return json.dumps(said, ensure_ascii=False)

    @classmethod
    def of(cls, said: Mapping[str, str]) -> Self:
        """读回 · From the members of its line."""
        return cls(said["id"], datetime.fromisoformat(said["at"]), said["by"], said["reason"])


class Key:
    """钥匙 · Seals and opens values; what for is bound to the value, so that none can be put in another's place."""

    def __init__(self, key: bytes, of: str) -> None:
        """造 · From the unwrapped bytes, for what has this id."""
        self._box, self._of = AESGCM(key), of

    def seal(self, field: str, value: bytes) -> bytes:
        """封存 · Form, nonce and AES-256-GCM of the value, with the id and the field as associated data."""
        nonce = os.urandom(NONCE)
        return FORM + nonce + self._box.encrypt(nonce, value, f"{self._of}/{field}".encode())

    def open(self, field: str, sealed: bytes) -> bytes:
        """启封 · The value. Raises Unreadable."""
        if sealed[:1] != FORM:
            raise Unreadable(field)
        start = len(FORM) + NONCE
        try:
            return self._box.decrypt(sealed[1:start], sealed[start:], f"{self._of}/{field}".encode())
        except InvalidTag:
            raise Unreadable(field) from None


class Keys:
    """钥匙库 · Keys by id, shared by the processes of a machine; any thread may ask."""

    def __init__(self, folder: Path, master: bytes) -> None:
        """造 · On a folder that `at` has made ready."""
        self.file, self.lines = folder / "keys.sqlite", folder / "erasures.jsonl"
        self._master = Key(master, "master")
        self._reading, self._writing = threading.Lock(), threading.Lock()
        self._seen = self.file.stat().st_ino
        self._reader, self._writer = _connected(self.file), _connected(self.file)
        self._keys: dict[str, Key] = {}
        self._erased: dict[str, Erasure] = {}
        self._data_version = self._last = -1
        row = self._reader.execute("select id, matching from identity").fetchone()
        self.id = str(row[0])
        try:
            self._matching = self._master.open("matching", row[1])
        except Unreadable:
            raise UnfitKeys(
                f"人员资料主密钥与钥匙库不符，请核对 HAZARD_PEOPLE_KEY 或恢复备份：{folder}"
            ) from None

    @classmethod
    def at(cls, data: Path, master: str | None = None) -> Self:
        """打开 · The keys under people/ of a data directory, made at the first start, for their owner only.

        `master` is the wrapping key: Base64 of 32 bytes, or the path of a file with it; without one the
        installation's own, made under keys/. Both lists of erasures are brought to the same. Raises UnfitKeys.
        """
        folder = data.resolve() / "people"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _alone(folder / "lock"):
            made = (folder / "keys.sqlite").exists()
            key = _given(master) if master else _own(data.resolve() / "keys" / "people.key", made=made)
            _make(folder / "keys.sqlite", key)
            keys = cls(folder, key)
        keys.erase(keys._written())
        return keys

    def close(self) -> None:
        """关闭 · Lets go of the file."""
        self._reader.close()
        self._writer.close()

    # ---- keys

    def make(self, ids: Iterable[str]) -> dict[str, Key]:
        """造钥匙 · A key for each id, on disk before this returns; who has one keeps it. Waits for the disk.

        Raises KeyDestroyed for what was erased.
        """
        wanted = sorted(set(ids))
        with self._writing, _transaction(self._writer):
            if any(
                self._writer.execute("select 1 from erasures where id = ?", (of,)).fetchone() for of in wanted
            ):
                raise KeyDestroyed
            self._writer.executemany(
                "insert into keys (id, wrapped) values (?, ?) on conflict do nothing",
                [(of, self._master.seal(of, os.urandom(LENGTH))) for of in wanted],
            )
        return self.of(wanted)

    def of(self, ids: Iterable[str]) -> dict[str, Key]:
        """钥匙 · The keys of those who have one; nobody's who was erased, be it a moment ago in another process."""
        wanted = set(ids)
        with self._reading:
            self._refresh()
            missing = sorted(wanted - self._keys.keys())
            if missing:
                self._remember(missing)
            return {of: key for of in wanted if (key := self._keys.get(of)) is not None}

    def match(self, *words: str) -> bytes:
        """匹配值 · A keyed hash of words: the same words, the same hash, and without the key nobody can try words."""
        return hmac.digest(self._matching, json.dumps(words, ensure_ascii=False).encode(), "sha256")

    # ---- erasures

    def erased(self, ids: Iterable[str]) -> dict[str, Erasure]:
        """已删除者 · Of these ids, those that were erased."""
        with self._reading:
            self._refresh()
            return {of: self._erased[of] for of in ids if of in self._erased}

    def erasures(self) -> list[Erasure]:
        """删除清单 · Every erasure there ever was."""
        with self._reading:
            self._refresh()
            return list(self._erased.values())

    def erase(self, erasures: Sequence[Erasure]) -> None:
        """销毁钥匙 · Writes the erasures down, then destroys the keys, on disk before this returns. Waits for the disk.

        The line comes first: after a crash in between, the next start reads it and goes on. One that is known
        already stays as it was.
        """
        with self._writing:
            self._write_down(erasures)
            with _transaction(self._writer):
                self._writer.executemany(
                    "insert into erasures (id, at, by, reason) values (?, ?, ?, ?) on conflict do nothing",
                    [(one.id, one.at.isoformat(), one.by, one.reason) for one in erasures],
                )
                self._writer.execute("delete from keys where id in (select id from erasures)")
            # What was overwritten in the file still stands in its log, perhaps from a call that was killed here.
            self._writer.execute("pragma wal_checkpoint(truncate)").fetchall()
        self._write_down(self.erasures())

    def _write_down(self, erasures: Sequence[Erasure]) -> None:
        with self.lines.open("a+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            there = file.read()
            known = {one.id for one in _read(there)}
            fresh = [one for one in erasures if one.id not in known]
            if fresh:
                torn = b"" if not there or there.endswith(b"\n") else b"\n"
                file.write(torn + "".join(f"{one.line()}\n" for one in fresh).encode())
                file.flush()
                os.fsync(file.fileno())

    def _written(self) -> list[Erasure]:
        return list(_read(self.lines.read_bytes()))

    # ---- what is remembered

    def _refresh(self) -> None:
        if self.file.stat().st_ino != self._seen:
            raise UnfitKeys("钥匙库文件在运行中被替换，请重新启动本进程")
        (version,) = self._reader.execute("pragma data_version").fetchone()
        if version == self._data_version:
            return
        found = self._reader.execute(
            "select number, id, at, by, reason from erasures where number > ? order by number", (self._last,)
        ).fetchall()
        for number, of, at, by, reason in found:
            self._erased[of] = Erasure(of, datetime.fromisoformat(at), by, reason)
            self._keys.pop(of, None)
            self._last = number
        self._data_version = version

    def _remember(self, ids: list[str]) -> None:
        if len(self._keys) + len(ids) > REMEMBERED:
            self._keys.clear()
        found = self._reader.execute(
            "select id, wrapped from keys where id in (select value from json_each(?))", (json.dumps(ids),)
        )
        for of, wrapped in found.fetchall():
            if of not in self._erased:
                self._keys[of] = Key(self._master.open(of, wrapped), of)


# ---- files


def _connected(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
    for wanted in ("journal_mode = wal", "synchronous = full", "secure_delete = on"):
        connection.execute(f"pragma {wanted}").fetchall()
    return connection


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("begin immediate")
    try:
        yield
    except BaseException:
        connection.execute("rollback")
        raise
    connection.execute("commit")


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    with os.fdopen(os.open(file, os.O_RDWR | os.O_CREAT, 0o600)) as opened:
        fcntl.flock(opened, fcntl.LOCK_EX)
        yield


def _make(file: Path, master: bytes) -> None:
    for each in (file, file.with_name("erasures.jsonl")):
        os.close(os.open(each, os.O_RDWR | os.O_CREAT, 0o600))
    connection = _connected(file)
    connection.executescript(TABLES)
    connection.execute(
        "insert into identity values (1, ?, ?) on conflict do nothing",
        (str(uuid4()), Key(master, "master").seal("matching", os.urandom(LENGTH))),
    )
    connection.close()
    _settle(file.parent)


def _own(file: Path, *, made: bool) -> bytes:
    if not file.exists():
        if made:
            raise UnfitKeys(f"找不到人员资料主密钥，钥匙库无法打开，请恢复备份：{file}")
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = file.with_name(f".{file.name}.{uuid4().hex}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
            opened.write(base64.b64encode(os.urandom(LENGTH)))
            opened.flush()
            os.fsync(opened.fileno())
        with suppress(FileExistsError):
            os.link(draft, file)
        draft.unlink()
        _settle(file.parent)
    return _decoded(file.read_text("ascii"), str(file))


def _given(master: str) -> bytes:
    with suppress(UnfitKeys):
        return _decoded(master, "HAZARD_PEOPLE_KEY")
    try:
        return _decoded(Path(master).read_text("ascii"), "HAZARD_PEOPLE_KEY")
    except (OSError, ValueError):
        raise UnfitKeys("HAZARD_PEOPLE_KEY 应为 32 字节的 Base64，或存有它的文件路径") from None


def _decoded(text: str, where: str) -> bytes:
    with suppress(ValueError):
        key = base64.b64decode(text.strip(), validate=True)
        if len(key) == LENGTH:
            return key
    raise UnfitKeys(f"人员资料主密钥应为 32 字节的 Base64：{where}")


def _settle(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _read(lines: bytes) -> Iterator[Erasure]:
    # A line cut off by a crash was never confirmed to anybody: what it says is done again or not at all.
    for line in lines.splitlines():
        with suppress(ValueError, KeyError, TypeError):
            yield Erasure.of(json.loads(line))
