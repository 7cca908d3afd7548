"""签过的头 · What was signed of the log: the checkpoints it keeps, and those that witnesses keep."""

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from uuid import UUID

from services.hazard.proofs.auditing import Signed
from services.hazard.proofs.findings import Findings
from services.hazard.proofs.note import BadNote, Checkpoint, parsed, verified
from services.hazard.proofs.signing import fingerprint
from services.postgres import Connection

AT_ONCE = 1000

_KEPT = """
select size, root, chain, public_key, note from log.checkpoints
where log_id = %s and size > %s order by size limit %s
"""


async def kept_heads(
    connection: Connection, log_id: UUID, pinned: Collection[str], findings: Findings
) -> tuple[list[Signed], set[bytes]]:
    """库中的检查点 · Each as its text states it, where the signature holds; and the public keys that signed them.

    `pinned`: the fingerprints that may sign; none pinned: each row is believed about its key.
    """
    heads: list[Signed] = []
    keys: set[bytes] = set()
    size = 0
    while rows := await _page(connection, log_id, size):
        for size, root, chain, public, note in rows:
            keys.add(public)
            if pinned and fingerprint(public) not in pinned:
                findings.add("CHECKPOINT_KEY", None, f"第 {size} 条时，{fingerprint(public)}")
            said = _said(note, public, size, findings)
            if said is None:
                continue
            if (said.log_id, said.size, said.root, said.chain) != (log_id, size, root, chain):
                findings.add("CHECKPOINT_ROW", None, f"第 {size} 条时")
            heads.append(Signed(said.size, said.root, said.chain, "CHECKPOINT_ROOT", "检查点"))
    return heads, keys


def witnessed_heads(folder: Path, log_id: UUID, keys: Iterable[bytes], findings: Findings) -> list[Signed]:
    """见证的检查点 · Those of the log in a witness's folder, where one of the keys signed them.

    Waits for a disk: call it in a thread. Raises OSError.
    """
    known = list(keys)
    heads = []
    for file in sorted((folder / str(log_id)).rglob("*.txt")):
        try:
            note = file.read_text(encoding="utf-8")
            said = parsed(note)
        except ValueError as error:
            findings.add("WITNESS_SIGNATURE", None, f"{file.name}：{error}")
            continue
        if any(_signs(note, key) for key in known):
            heads.append(Signed(said.size, said.root, said.chain, "WITNESS_OTHER", f"见证 {file.name}"))
        else:
            findings.add("WITNESS_SIGNATURE", None, file.name)
    return heads


def within(heads: Iterable[Signed], end: int, code: str, findings: Findings) -> Iterator[Signed]:
    """末端以内 · Those that the log is long enough for; the code is found for each of the others."""
    for head in heads:
        if head.size > end:
            findings.add(code, None, f"{head.holder}：{head.size}，日志到第 {end} 条")
        else:
            yield head


async def _page(
    connection: Connection, log_id: UUID, after: int
) -> list[tuple[int, bytes, bytes, bytes, str]]:
    async with connection.cursor(binary=True) as cursor:
        return await (await cursor.execute(_KEPT, (log_id, after, AT_ONCE))).fetchall()


def _said(note: str, public: bytes, size: int, findings: Findings) -> Checkpoint | None:
    try:
        return verified(note, public)
    except ValueError as error:  # BadNote, or a key that is none
        findings.add("CHECKPOINT_SIGNATURE", None, f"第 {size} 条时：{error}")
        return None


def _signs(note: str, key: bytes) -> bool:
    try:
        verified(note, key)
    except BadNote:
        return False
    return True
