"""检查点 · A signed statement about the log's end, as a text that people can read and other systems can verify.

The form is C2SP's tlog-checkpoint (https://c2sp.org/tlog-checkpoint) in a signed note (https://c2sp.org/signed-note):

    safety/2f6c0a4e-8d1b-4c53-9a53-0d6f6f1f7a10          origin: "safety/" and the log's id
    4121                                                 size: how many events, which is the last position
    u8f0b0JQ…=                                           root of the Merkle tree over them (RFC 6962), base64
    time 2026-11-22T08:00:00Z                            when it was signed, UTC
    chain Y2hhaW4…=                                      hash chain at that position, base64
    algorithms tree=sha256 chain=sha256 signature=ed25519

    — safety/2f6c0a4e-8d1b-4c53-9a53-0d6f6f1f7a10 q83vEk…=

The lines after the third are the extension lines of that form, each a name and a value; a reader ignores those it does
not know. The signature covers everything up to the empty line, the last line's end included; the last line ends in base64
of four bytes that name the key (of SHA-256 over name, line feed, 0x01 and the public key) and the 64 of Ed25519. More
signature lines may follow, of witnesses. Another algorithm (SM2, SM3) is another value of `algorithms` and another line.
"""

from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final
from uuid import UUID

from services.hazard.proofs import signing
from services.hazard.proofs.signing import LogKey

ORIGIN: Final = "safety/"
ALGORITHMS: Final = {"tree": "sha256", "chain": "sha256", "signature": signing.ALGORITHM}
MAX_NOTE: Final = 64 * 1024  # characters
HASH: Final = 32  # bytes
_ED25519: Final = b"\x01"  # the signature type of C2SP
_KEY_ID: Final = 4  # bytes
_HEAD: Final = 3  # lines
_DASH: Final = "— "
_TIME: Final = "%Y-%m-%dT%H:%M:%SZ"
_ALGORITHMS: Final = " ".join(f"{what}={name}" for what, name in ALGORITHMS.items())


class BadNote(ValueError):
    """检查点无效 · A text that is no checkpoint, or is not signed by the key."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """检查点 · The log's end at an instant: its tree of so many events has this root, its chain this hash."""

    log_id: UUID
    size: int
    root: bytes
    chain: bytes
    time: datetime

    @property
    def origin(self) -> str:
        """来源 · The log's name in a note."""
        return f"{ORIGIN}{self.log_id}"

    @property
    def text(self) -> str:
        """正文 · What is signed."""
        lines = (
            self.origin,
            str(self.size),
            b64encode(self.root).decode(),
            f"time {self.time.astimezone(UTC).strftime(_TIME)}",
            f"chain {b64encode(self.chain).decode()}",
            f"algorithms {_ALGORITHMS}",
        )
        return "".join(f"{line}\n" for line in lines)


def signed(checkpoint: Checkpoint, key: LogKey) -> str:
    """签发 · The checkpoint as a signed note."""
    text = checkpoint.text
    signature = key_id(checkpoint.origin, key.public) + key.sign(text.encode())
    return f"{text}\n{_DASH}{checkpoint.origin} {b64encode(signature).decode()}\n"


def verified(note: str, public: bytes) -> Checkpoint:
    """验证 · The checkpoint in a note that the key signed. Raises BadNote."""
    checkpoint = parsed(note)
    text, _, lines = note.rpartition("\n\n")
    name = key_id(checkpoint.origin, public)
    for signature in _signatures(lines, checkpoint.origin):
        if signature[:_KEY_ID] == name and signing.verifies(
            public, signature[_KEY_ID:], f"{text}\n".encode()
        ):
            return checkpoint
    raise BadNote(f"not signed by {signing.fingerprint(public)}")


def parsed(note: str) -> Checkpoint:
    """读取 · What a note says, whoever signed it. Raises BadNote."""
    text, empty_line, signatures = note.rpartition("\n\n")
    if not empty_line or len(note) > MAX_NOTE or not signatures.startswith(_DASH):
        raise BadNote("no signed note")
    lines = text.split("\n")
    said = dict(line.partition(" ")[::2] for line in lines[_HEAD:])
    if said.get("algorithms") != _ALGORITHMS:
        raise BadNote(f"unknown algorithms: {said.get('algorithms')}")
    try:
        origin, size, root = lines[:_HEAD]
        log_id = UUID(origin.removeprefix(ORIGIN))
        time = datetime.strptime(said["time"], _TIME).replace(tzinfo=UTC)
        found = Checkpoint(log_id, int(size), _hash(root), _hash(said["chain"]), time)
    except (KeyError, ValueError) as error:
        raise BadNote(f"no checkpoint of a safety log: {error}") from error
    # One form for one meaning: no other spelling of an id or a number.
    if (origin, size) != (found.origin, str(found.size)) or found.size < 0:
        raise BadNote(f"no checkpoint of a safety log: {origin}, {size}")
    return found


def key_id(origin: str, public: bytes) -> bytes:
    """密钥标识 · The four bytes by which a signature line names its key."""
    return sha256(origin.encode() + b"\n" + _ED25519 + public).digest()[:_KEY_ID]


def verifier(origin: str, public: bytes) -> str:
    """验证键 · The public key with its name, as C2SP's tools take it."""
    return f"{origin}+{key_id(origin, public).hex()}+{b64encode(_ED25519 + public).decode()}"


def _signatures(lines: str, name: str) -> Iterator[bytes]:
    for line in lines.splitlines():
        of, _, encoded = line.removeprefix(_DASH).rpartition(" ")
        if line.startswith(_DASH) and of == name:
            with suppress(ValueError):  # binascii's error is one
                yield b64decode(encoded, validate=True)


def _hash(encoded: str) -> bytes:
    decoded = b64decode(encoded, validate=True)
    if len(decoded) != HASH:
        raise ValueError(f"{len(decoded)} bytes are no hash")
    return decoded
