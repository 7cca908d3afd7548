"""检查点文本 · A signed note says what was signed and nothing else; the form is that of C2SP."""

from base64 import b64decode, b64encode
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from services.hazard.proofs import note, signing
from services.hazard.proofs.note import BadNote, Checkpoint, parsed, signed, verified
from services.hazard.proofs.signing import LogKey
from services.keyfiles import UnfitKey

LOG = UUID("2f6c0a4e-8d1b-4c53-9a53-0d6f6f1f7a10")
AT = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
CHECKPOINT = Checkpoint(LOG, 4121, sha256(b"root").digest(), sha256(b"chain").digest(), AT)
# The example of golang.org/x/mod/sumdb/note, whose form this is.
NEUMANN = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
SAID = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
SIGNED = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="


@pytest.fixture
def key(tmp_path: Path) -> LogKey:
    return signing.own_key(tmp_path)


def test_a_note_is_read_as_it_was_written(key: LogKey) -> None:
    written = signed(CHECKPOINT, key)

    assert verified(written, key.public) == CHECKPOINT
    assert written.split("\n")[:6] == [
        f"safety/{LOG}",
        "4121",
        b64encode(sha256(b"root").digest()).decode(),
        "time 2026-11-22T08:00:00Z",
        f"chain {b64encode(sha256(b'chain').digest()).decode()}",
        "algorithms tree=sha256 chain=sha256 signature=ed25519",
    ]
    assert written.split("\n")[6] == ""
    assert written.split("\n")[7].startswith(f"— safety/{LOG} ")


def test_keys_are_named_and_signatures_made_as_the_published_example_has_them() -> None:
    name, key_id, encoded = NEUMANN.split("+")
    public, signature = b64decode(encoded)[1:], b64decode(SIGNED)

    assert note.key_id(name, public).hex() == key_id
    assert note.verifier(name, public) == NEUMANN
    assert signature[:4].hex() == key_id
    assert signing.verifies(public, signature[4:], SAID.encode())


@pytest.mark.parametrize("line", [0, 1, 2, 3, 4, 5])
def test_no_line_can_be_changed(key: LogKey, line: int) -> None:
    other = Checkpoint(UUID(int=7), 4122, bytes(32), bytes(32), AT.replace(hour=9))
    lines, others = signed(CHECKPOINT, key).split("\n"), other.text.split("\n")
    lines[line] = others[line] if lines[line] != others[line] else f"{lines[line]} "

    with pytest.raises(BadNote):
        verified("\n".join(lines), key.public)


def test_a_line_cannot_be_added_or_taken_away(key: LogKey) -> None:
    lines = signed(CHECKPOINT, key).split("\n")

    for changed in ([*lines[:6], "mood good", *lines[6:]], [*lines[:3], *lines[4:]], lines[1:]):
        with pytest.raises(BadNote):
            verified("\n".join(changed), key.public)


def test_another_key_signed_nothing(key: LogKey, tmp_path: Path) -> None:
    other = signing.own_key(tmp_path / "other")

    with pytest.raises(BadNote, match=signing.fingerprint(other.public)):
        verified(signed(CHECKPOINT, key), other.public)


def test_a_witness_may_add_its_own_signature(key: LogKey) -> None:
    cosigned = signed(CHECKPOINT, key) + f"— witness.example {b64encode(bytes(68)).decode()}\n"

    assert verified(cosigned, key.public) == CHECKPOINT


@pytest.mark.parametrize(
    "rubbish",
    ["", "\n\n", "— x", "safety/x\n1\n\n— safety/x AAAA\n", "a\n" * 100_000, "\n\n— a b\n", "\x00\n\n— \n"],
)
def test_what_is_no_checkpoint_is_refused(rubbish: str) -> None:
    with pytest.raises(BadNote):
        parsed(rubbish)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("4121", "04121"),
        ("4121", "4_121"),
        ("4121", "-1"),
        ("4121", "٤١٢١"),
        (str(LOG), str(LOG).upper()),
        (str(LOG), f"{{{LOG}}}"),
        ("2026-11-22T08:00:00Z", "yesterday"),
        ("tree=sha256", "tree=sm3"),
        ("safety/", "other/"),
    ],
)
def test_a_number_an_id_and_an_algorithm_have_one_spelling(key: LogKey, before: str, after: str) -> None:
    with pytest.raises(BadNote):
        parsed(signed(CHECKPOINT, key).replace(before, after))


def test_the_key_is_made_once_for_its_owner_only_and_never_shown(tmp_path: Path) -> None:
    key, again = signing.own_key(tmp_path), signing.own_key(tmp_path)
    file = tmp_path / "keys" / "log.pem"

    assert key.public == again.public
    assert file.stat().st_mode & 0o777 == 0o600
    assert signing.key_at(file).public == key.public
    assert repr(key) == f"LogKey({signing.fingerprint(key.public)})"


def test_the_fingerprint_is_that_of_the_x509_form_without_any_library(key: LogKey) -> None:
    form = bytes.fromhex("302a300506032b6570032100") + key.public

    assert signing.fingerprint(key.public) == f"sha256:{sha256(form).hexdigest()}"
    assert b64encode(form).decode() in signing.pem(key.public)


def test_a_key_that_is_not_there_or_of_another_kind_is_named(tmp_path: Path) -> None:
    file = tmp_path / "rsa.pem"
    rsa = generate_private_key(65537, 2048)
    file.write_bytes(rsa.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    (tmp_path / "rubbish.pem").write_bytes(b"half a k")

    for name in ("rsa.pem", "rubbish.pem", "missing.pem"):
        with pytest.raises(UnfitKey, match=name):
            signing.key_at(tmp_path / name)
