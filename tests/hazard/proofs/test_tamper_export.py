"""篡改导出的履历 · Each way to tamper with an exported trail is found, and by its own name.

First what somebody without the log's key can do, then somebody with a key of his own, then with the key itself.
"""

import asyncio
import json
import warnings
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import psycopg
import pytest

from given.proved import (
    ANOTHER_KEY,
    KEY,
    PINNED,
    a_signed_log,
    export,
    once_more,
    packed,
    sign,
    unpacked,
    writing,
)
from services.hazard.proofs.note import Checkpoint, parsed, signed, verifier
from services.hazard.proofs.signing import LogKey
from services.hazard.proofs.tree import inclusion, leaf_hash, root
from services.hazard.proofs.verify import SIGNED, verify
from services.servers.postgres import Postgres

Files = dict[str, bytes]
Manifest = dict[str, Any]

FIRST_OF_ANOTHER = "select stream from log.events where type = 'hazard.captured' order by position limit 1"
FIRST, THIRD, FOURTH, LAST = (f"events/{version:06}.json" for version in (1, 3, 4, 31))
ALWAYS = {"COMPLETE_AS_STATED", "LATER_EVENTS", "NOT_THE_TRUTH", "PHOTOS_NOT_INCLUDED"}


@dataclass(frozen=True)
class Office:
    """An export, the one before the hazard's last event, another hazard's; what a witness holds; all leaves."""

    files: Files
    earlier: Files
    another: Files
    witness: Path
    leaves: list[bytes]


@pytest.fixture(scope="module")
def office(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with psycopg.connect(postgres.dsn("postgres"), autocommit=True) as connection:
        connection.execute("create database tampered template migrated")
        yield asyncio.run(exported(postgres.dsn("tampered"), tmp_path_factory.mktemp("witness")))
        connection.execute("drop database tampered with (force)")


async def exported(database: str, witness: Path) -> Office:
    life = await a_signed_log(database, witness)
    earlier = unpacked(await export(database, life.id))
    await once_more(database, life.id)
    await sign(database, witness=witness)
    async with writing(database) as connection:
        other = await (await connection.execute(FIRST_OF_ANOTHER)).fetchone()
        leaves = await (await connection.execute("select leaf from log.events order by position")).fetchall()
    assert other is not None
    files = unpacked(await export(database, life.id))
    another = unpacked(await export(database, other[0]))
    return Office(files, earlier, another, witness, [bytes(leaf) for (leaf,) in leaves])


def judged(whole: bytes, tmp_path: Path, **more: Any) -> tuple[int, set[str], set[str]]:
    """Exit status, what was found, what the verifier says it cannot tell."""
    (tmp_path / "trail.zip").write_bytes(whole)
    status, report = verify(tmp_path / "trail.zip", **more)
    return status, {code for code, _ in report.findings}, {code for code, _ in report.limits} - ALWAYS


def stated(files: Files, change: Callable[[Manifest], object]) -> Files:
    manifest = json.loads(files["manifest.json"])
    change(manifest)
    return files | {"manifest.json": json.dumps(manifest).encode()}


def swapped(files: Files, one: str, two: str) -> Files:
    return files | {one: files[two], two: files[one]}


def without(files: Files, *names: str) -> Files:
    return {name: body for name, body in files.items() if name not in names}


def shorter(manifest: Manifest) -> None:
    manifest["files"].pop(manifest["events"].pop()["file"])
    manifest["count"] -= 1


def proofs_swapped(office: Office) -> Files:
    proofs = json.loads(office.files["proofs.json"])
    inclusion_of = proofs["inclusion"]
    inclusion_of["3"], inclusion_of["9"] = inclusion_of["9"], inclusion_of["3"]
    return office.files | {"proofs.json": json.dumps(proofs).encode()}


def other_photo(manifest: Manifest) -> None:
    manifest["photos"][0]["digest"] = "sha256:" + "c" * 64


KINDS: dict[str, tuple[Callable[[Office], Files], set[str]]] = {
    "one byte of an event": (
        lambda o: o.files | {THIRD: o.files[THIRD].replace(b"p-71", b"p-72", 1)},
        {"EVENT_CHANGED"},
    ),
    "an event dropped": (lambda o: without(o.files, THIRD), {"EVENT_MISSING"}),
    "two events in each other's place": (
        lambda o: swapped(o.files, THIRD, FOURTH),
        {"EVENT_MOVED", "ENVELOPE_OTHER"},
    ),
    "an event inserted": (lambda o: o.files | {"events/000032.json": o.files[LAST]}, {"EVENT_EXTRA"}),
    "another hazard's event in its place": (
        lambda o: o.files | {THIRD: o.another[THIRD]},
        {"EVENT_CHANGED", "EVENT_OF_ANOTHER"},
    ),
    "the end cut off, k adjusted": (
        lambda o: without(stated(o.files, shorter), LAST),
        {"MANIFEST_SIGNATURE"},
    ),
    "an older manifest, still signed": (
        lambda o: o.files | {name: o.earlier[name] for name in ("manifest.json", "manifest.sig")},
        {"CHECKPOINT_OTHER", "EVENT_EXTRA", "FILE_CHANGED", "PAGE_CHANGED", "PROOF_OTHER"},
    ),
    "an older checkpoint": (
        lambda o: o.files | {"checkpoint.txt": o.earlier["checkpoint.txt"]},
        {"CHECKPOINT_OTHER", "FILE_CHANGED", "POSITION_ORDER"},
    ),
    "a checkpoint of another time": (
        lambda o: o.files | {"checkpoint.txt": o.files["checkpoint.txt"].replace(b"time 2026", b"time 2025")},
        {"CHECKPOINT_SIGNATURE", "FILE_CHANGED"},
    ),
    "a word on the page": (
        lambda o: o.files | {"trail.html": o.files["trail.html"].replace("一般".encode(), "轻微".encode())},
        {"PAGE_CHANGED"},
    ),
    "a photo's digest in an event": (
        lambda o: o.files | {FIRST: o.files[FIRST].replace(b"a" * 64, b"c" * 64)},
        {"EVENT_CHANGED", "PHOTOS_OTHER"},
    ),
    "a photo's digest in the manifest": (
        lambda o: stated(o.files, other_photo),
        {"MANIFEST_SIGNATURE", "PHOTOS_OTHER"},
    ),
    "two proofs in each other's place": (proofs_swapped, {"FILE_CHANGED", "PROOF_OTHER"}),
    "a position in the manifest": (
        lambda o: stated(o.files, lambda m: m["events"][2].update(position=m["events"][2]["position"] + 100)),
        {"MANIFEST_SIGNATURE", "POSITION_ORDER", "PROOF_OTHER"},
    ),
    "the number in the manifest": (
        lambda o: stated(o.files, lambda m: m.update(number="HZ-330111-2026-000001")),
        {"MANIFEST_SIGNATURE", "ENVELOPE_OTHER"},
    ),
    "the count in the manifest": (
        lambda o: stated(o.files, lambda m: m.update(count=30)),
        {"MANIFEST_SIGNATURE", "COUNT_OTHER"},
    ),
    "a manifest that is none": (
        lambda o: o.files | {"manifest.json": b"[]"},
        {"MANIFEST_SIGNATURE", "MANIFEST_UNREADABLE"},
    ),
    "another verifier in the archive": (
        lambda o: o.files | {"verify.py": b"print('intact')"},
        {"FILE_CHANGED"},
    ),
    "the page left out": (lambda o: without(o.files, "trail.html"), {"FILE_MISSING"}),
    "a file put in": (lambda o: o.files | {"letter.txt": b"it was closed in May"}, {"FILE_EXTRA"}),
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_done_without_the_key_is_named(office: Office, tmp_path: Path, kind: str) -> None:
    tamper, codes = KINDS[kind]

    status, found, limits = judged(packed(tamper(office)), tmp_path, pinned=PINNED, witness=office.witness)

    assert (1, codes) == (status, found)
    assert limits <= {"LATER_HEADS"}


def test_two_members_of_one_name_are_named_whichever_comes_first(office: Office, tmp_path: Path) -> None:
    for bodies in ((office.files[THIRD], b"{}"), (b"{}", office.files[THIRD])):
        whole = BytesIO(packed(without(office.files, THIRD)))
        with ZipFile(whole, "a") as opened, warnings.catch_warnings(action="ignore"):
            for body in bodies:
                opened.writestr(THIRD, body)
        _, found, _ = judged(whole.getvalue(), tmp_path, pinned=PINNED)

        assert "MEMBER_TWICE" in found


def test_a_byte_changed_within_the_archive_itself_is_named(office: Office, tmp_path: Path) -> None:
    whole = packed(office.files).replace(b"p-71", b"p-72", 1)

    assert (1, {"MEMBER_DAMAGED", "PAGE_CHANGED"}) == judged(whole, tmp_path, pinned=PINNED)[:2]


# ---- with a key


def resigned(
    files: Files, change: Callable[[Manifest], object], key: LogKey, *, note: str | None = None
) -> Files:
    """All that a key can make good again: the hashes of the files, the checkpoint, the manifest's signature."""
    checkpoint = parsed(files["checkpoint.txt"].decode())
    files = files | {
        "checkpoint.txt": (note or signed(checkpoint, key)).encode(),
        "public-key.txt": verifier(checkpoint.origin, key.public).encode(),
    }

    def whole(manifest: Manifest) -> None:
        change(manifest)
        unlisted = ("manifest.json", "manifest.sig")
        manifest["files"] = {n: sha256(body).hexdigest() for n, body in files.items() if n not in unlisted}

    files = stated(files, whole)
    return files | {"manifest.sig": b64encode(key.sign(SIGNED + files["manifest.json"]))}


def nothing(manifest: Manifest) -> None:
    """As it is."""


def rewritten(office: Office) -> Files:
    """The third event is another one, and the whole log, the checkpoint and the manifest were made anew, by the log's key."""
    body = office.files[THIRD].replace(b"p-71", b"p-72")
    files = office.files | {THIRD: body}
    manifest = json.loads(files["manifest.json"])
    at = [event["position"] for event in manifest["events"]]
    leaves = [*office.leaves[: at[2] - 1], leaf_hash(body), *office.leaves[at[2] :]]
    old = parsed(files["checkpoint.txt"].decode())
    note = signed(Checkpoint(old.log_id, old.size, root(leaves), old.chain, old.time), KEY)
    proofs = {str(n): [each.hex() for each in inclusion(leaves, p - 1)] for n, p in enumerate(at, start=1)}
    files["proofs.json"] = json.dumps({"inclusion": proofs, "consistency": {}}).encode()

    def said(manifest: Manifest) -> None:
        manifest["root"] = root(leaves).hex()
        manifest["events"][2]["leaf"] = leaf_hash(body).hex()
        for event in manifest["events"]:
            event["chain"] = "00" * 32

    return resigned(files, said, KEY, note=note)


def test_all_signed_anew_by_another_key_is_named_where_the_key_is_pinned_or_witnessed(
    office: Office, tmp_path: Path
) -> None:
    whole = packed(resigned(office.files, nothing, ANOTHER_KEY))

    assert (1, {"KEY_OTHER"}, {"FORK_NOT_CHECKED"}) == judged(whole, tmp_path, pinned=PINNED)
    assert (1, {"WITNESS_OTHER_KEY"}, {"KEY_NOT_PINNED"}) == judged(whole, tmp_path, witness=office.witness)


def test_without_a_pinned_key_the_verifier_says_that_anybody_may_have_signed(
    office: Office, tmp_path: Path
) -> None:
    whole = packed(resigned(office.files, nothing, ANOTHER_KEY))

    assert (0, set(), {"KEY_NOT_PINNED", "FORK_NOT_CHECKED"}) == judged(whole, tmp_path)


def test_a_history_rewritten_by_the_logs_own_key_is_named_by_a_witness(
    office: Office, tmp_path: Path
) -> None:
    _, found, limits = judged(packed(rewritten(office)), tmp_path, pinned=PINNED, witness=office.witness)

    assert ({"WITNESS_FORK"}, set()) == (found - {"CHAIN_OTHER"}, limits)


def test_without_a_witness_the_verifier_says_that_it_could_not_see_a_fork(
    office: Office, tmp_path: Path
) -> None:
    _, found, limits = judged(packed(rewritten(office)), tmp_path, pinned=PINNED)

    assert (set(), {"FORK_NOT_CHECKED"}) == (found - {"CHAIN_OTHER"}, limits)


def test_an_end_cut_off_by_the_logs_own_key_is_not_seen_and_the_verifier_says_what_completeness_rests_on(
    office: Office, tmp_path: Path
) -> None:
    files = without(office.files, LAST)
    (tmp_path / "trail.zip").write_bytes(packed(resigned(files, shorter, KEY)))
    status, report = verify(tmp_path / "trail.zip", PINNED, office.witness)

    assert (0, "COMPLETE_AS_STATED") == (status, report.limits[-3][0])


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        (lambda m: m["events"].pop(2), {"COUNT_OTHER", "VERSION_GAP"}),
        (lambda m: m["events"].insert(3, m["events"].pop(2)), {"VERSION_GAP", "POSITION_ORDER"}),
        (lambda m: m["events"][2].update(chain="00" * 32), {"CHAIN_OTHER"}),
        (lambda m: m.update(size=m["size"] + 1), {"CHECKPOINT_OTHER", "PROOF_OTHER"}),
        (lambda m: m.update(hazard="0" * 8 + m["hazard"][8:]), {"EVENT_OF_ANOTHER"}),
        (lambda m: m["photos"].pop(), {"PHOTOS_OTHER"}),
        (lambda m: m["events"][2].update(position=1), {"POSITION_ORDER", "PROOF_OTHER"}),
    ],
)
def test_a_manifest_that_cannot_be_true_is_named_even_when_the_log_signed_it(
    office: Office, tmp_path: Path, change: Callable[[Manifest], object], codes: set[str]
) -> None:
    whole = packed(resigned(office.files, change, KEY))

    assert codes <= judged(whole, tmp_path, pinned=PINNED)[1]


def test_a_witness_who_is_behind_or_ahead_is_told_apart_from_none(office: Office, tmp_path: Path) -> None:
    heads = sorted(office.witness.rglob("*.txt"))
    for name, kept in (("behind", heads[:1]), ("ahead", heads[-1:]), ("of another log", [])):
        (tmp_path / name).mkdir()
        for head in kept:
            (tmp_path / name / head.name).write_bytes(head.read_bytes())
    now, then = packed(office.files), packed(office.earlier)

    assert (0, set(), {"AFTER_WITNESS"}) == judged(now, tmp_path, pinned=PINNED, witness=tmp_path / "behind")
    ahead = judged(then, tmp_path, pinned=PINNED, witness=tmp_path / "ahead")
    assert (0, set(), {"FORK_NOT_CHECKED", "LATER_HEADS"}) == ahead
    nobody = judged(now, tmp_path, pinned=PINNED, witness=tmp_path / "of another log")
    assert (0, set(), {"FORK_NOT_CHECKED"}) == nobody


def test_what_is_untouched_is_found_intact(office: Office, tmp_path: Path) -> None:
    assert (0, set(), set()) == judged(packed(office.files), tmp_path, pinned=PINNED, witness=office.witness)
