"""核验程序 · The parts of verify.py against others that do the same: RFC 8032's vectors, OpenSSL, our own tree."""

import re
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as some

from given.proved import KEY, SIGNED_AT
from services.hazard.proofs import verify
from services.hazard.proofs.note import Checkpoint, signed
from services.hazard.proofs.signing import fingerprint
from services.hazard.proofs.tree import consistency, inclusion, leaf_hash, root
from services.hazard.proofs.verify import FINDINGS, LIMITS, ORDER, signed_by

# RFC 8032, 7.1: public key, message, signature.
VECTORS = (
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
            "d25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
            "387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
            "4a7c15e9716ed28dc027beceea1ec40a"
        ),
    ),
)
SOURCE = Path(verify.__file__)


@pytest.mark.parametrize(("key", "message", "signature"), VECTORS)
def test_the_vectors_of_rfc_8032_hold(key: str, message: str, signature: str) -> None:
    assert signed_by(bytes.fromhex(key), bytes.fromhex(message), bytes.fromhex(signature))


@given(
    seed=some.binary(min_size=32, max_size=32), message=some.binary(max_size=300), at=some.integers(0, 511)
)
def test_it_judges_signatures_as_openssl_does(seed: bytes, message: bytes, at: int) -> None:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public = private.public_key().public_bytes_raw()
    good = private.sign(message)
    bad = bytearray(good)
    bad[at // 8] ^= 1 << at % 8

    assert [True, openssl(public, message, bytes(bad)), False] == [
        signed_by(public, message, good),
        signed_by(public, message, bytes(bad)),
        signed_by(public, message + b"x", good),
    ]


def openssl(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def test_a_second_way_to_write_the_same_signature_is_refused() -> None:
    good = KEY.sign(b"message")
    answer = int.from_bytes(good[32:], "little") + ORDER

    assert not signed_by(KEY.public, b"message", good[:32] + answer.to_bytes(32, "little"))


@pytest.mark.parametrize(
    ("key", "signature"), [(b"", bytes(64)), (bytes(31), bytes(65)), (b"\xff" * 32, bytes(64))]
)
def test_what_is_no_key_signs_nothing(key: bytes, signature: bytes) -> None:
    assert not signed_by(key, b"message", signature)


@given(size=some.integers(1, 70), at=some.integers(0, 69))
def test_inclusion_proofs_lead_to_the_root_that_the_log_computes(size: int, at: int) -> None:
    leaves = [leaf_hash(bytes([n])) for n in range(size)]
    at %= size
    proof = inclusion(leaves, at)

    assert root(leaves) == verify._root_through(leaves[at], at, size, proof)
    assert root(leaves) != verify._root_through(leaves[at], at, size, [*proof, bytes(32)])
    assert root(leaves) != verify._root_through(leaf_hash(b"x"), at, size, proof)


@given(new=some.integers(1, 70), old=some.integers(1, 70))
def test_consistency_proofs_lead_to_both_roots(new: int, old: int) -> None:
    old = min(old, new)
    leaves = [leaf_hash(bytes([n])) for n in range(new)]
    roots = root(leaves[:old]), root(leaves)
    proof = consistency(leaves, old)

    assert roots == verify._roots_of(old, new, proof, [roots[0]])
    assert roots != verify._roots_of(old, new, [*proof, bytes(32)], [roots[0]])
    another = sha256(b"another").digest()
    assert (another, roots[1]) != verify._roots_of(old, new, proof, [another])


def test_it_reads_the_notes_that_the_log_signs() -> None:
    one = Checkpoint(UUID(int=7), 12, bytes(range(32)), bytes(32), SIGNED_AT)
    head = verify.Head(signed(one, KEY))

    assert (one.origin, 12, one.root, True, False) == (
        head.origin,
        head.size,
        head.root,
        head.signed_with(KEY.public),
        head.signed_with(bytes(32)),
    )


def test_it_knows_keys_by_the_fingerprint_that_the_log_tells() -> None:
    assert fingerprint(KEY.public) == "sha256:" + sha256(verify.X509 + KEY.public).hexdigest()


def test_every_code_it_speaks_has_a_sentence_in_both_languages() -> None:
    spoken = set(re.findall(r'"([A-Z]+(?:_[A-Z]+)+)"', SOURCE.read_text("utf-8")))

    assert spoken == set(FINDINGS) | set(LIMITS)
    assert all(re.search("[\u4e00-\u9fff].*[a-z]", line) for line in (*FINDINGS.values(), *LIMITS.values()))


def test_it_needs_nothing_but_the_standard_library() -> None:
    imported = set(re.findall(r"^(?:import|from) (\w+)", SOURCE.read_text("utf-8"), re.MULTILINE))

    assert imported <= sys.stdlib_module_names


def test_its_help_teaches() -> None:
    told = subprocess.run(
        [sys.executable, "-I", SOURCE, "--help"], capture_output=True, check=True, env={"PYTHONUTF8": "1"}
    )

    assert all(word in told.stdout.decode() for word in ("--key", "--witness", "指纹", "退出码"))
