"""身份凭证 · What a token proves, and every way in which it proves nothing."""

import base64
import hmac
import json
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey

from contracts.values import Role
from given.credentials import CLAIMS, NOW, OFFICER, encoded, signed
from services import tokens
from services.keyfiles import UnfitKey
from services.tokens import Caller, Unauthenticated, issue, verify


@pytest.fixture(scope="module")
def key() -> OKPKey:
    return OKPKey.generate_key("Ed25519")


@pytest.fixture(scope="module")
def keys(key: OKPKey) -> KeySet:
    return tokens.public_keys(key)


def test_a_token_says_who_asks(key: OKPKey, keys: KeySet) -> None:
    caller = verify(issue(key, **OFFICER, now=NOW), keys, now=NOW)

    assert Caller(**OFFICER, client="p-9", commands=None) == caller


def test_a_service_token_lists_its_commands(key: OKPKey, keys: KeySet) -> None:
    robot = OFFICER | {"person": "p-notifier", "role": Role.SYS, "certificate": None}
    token = issue(key, **robot, commands=["record-deadline-missed"], client="notifier", now=NOW)
    caller = verify(token, keys, now=NOW)

    assert caller.client == "notifier"
    assert caller.may_send("record-deadline-missed")
    assert not caller.may_send("order-rectification")


def test_a_person_may_send_every_command_its_role_may(key: OKPKey, keys: KeySet) -> None:
    caller = verify(issue(key, **OFFICER, now=NOW), keys, now=NOW)

    assert caller.may_send("order-rectification")


def test_a_person_s_token_may_be_narrowed_to_some_commands(key: OKPKey, keys: KeySet) -> None:
    caller = verify(issue(key, **OFFICER, commands=["urge"], now=NOW), keys, now=NOW)

    assert not caller.may_send("close")


def test_the_system_gets_no_token_without_a_list_of_commands(key: OKPKey) -> None:
    with pytest.raises(ValueError, match="系统凭证须列明可用命令"):
        issue(key, **OFFICER | {"role": Role.SYS}, now=NOW)


def test_a_system_token_without_a_list_of_commands_is_refused(key: OKPKey, keys: KeySet) -> None:
    with pytest.raises(Unauthenticated):
        verify(signed(key, role="SYS"), keys, now=NOW)


@pytest.mark.parametrize(
    "wrong",
    [{"person": "zhang"}, {"division": "3301"}, {"organisation": " "}, {"certificate": "x"}],
    ids=lambda wrong: next(iter(wrong)),
)
def test_a_claim_out_of_form_is_not_issued(key: OKPKey, wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        issue(key, **OFFICER | wrong, now=NOW)


@pytest.mark.parametrize(
    "changed",
    [
        {"sub": None},
        {"sub": "zhang"},
        {"sub": 9},
        {"role": None},
        {"role": "KING"},
        {"division": None},
        {"division": "33"},
        {"organisation": None},
        {"commands": "close"},
        {"iss": None},
        {"iss": "elsewhere"},
        {"iss": 1},
        {"aud": None},
        {"aud": "payroll"},
        {"aud": {"hazard": 1}},
        {"exp": None},
        {"exp": "tomorrow"},
        {"exp": True},
        {"exp": int(NOW.timestamp()) - 120},
        {"iat": int(NOW.timestamp()) + 600},
        {"nbf": int(NOW.timestamp()) + 600},
    ],
    ids=str,
)
def test_a_token_with_wrong_claims_is_refused(key: OKPKey, keys: KeySet, changed: dict[str, Any]) -> None:
    with pytest.raises(Unauthenticated):
        verify(signed(key, **changed), keys, now=NOW)


def test_an_issuer_may_name_several_audiences_and_add_claims_of_its_own(key: OKPKey, keys: KeySet) -> None:
    caller = verify(signed(key, aud=["payroll", "hazard"], scope="openid", name="x"), keys, now=NOW)

    assert caller.person == "p-9"


def test_a_token_lasts_as_long_as_was_asked_for(key: OKPKey, keys: KeySet) -> None:
    token = issue(key, **OFFICER, hours=2, now=NOW)
    verify(token, keys, now=NOW + timedelta(hours=2))

    with pytest.raises(Unauthenticated, match="已过期"):
        verify(token, keys, now=NOW + timedelta(hours=2, seconds=tokens.LEEWAY + 1))


def test_a_token_of_another_key_is_refused(keys: KeySet) -> None:
    with pytest.raises(Unauthenticated):
        verify(issue(OKPKey.generate_key("Ed25519"), **OFFICER, now=NOW), keys, now=NOW)


def test_a_token_of_another_key_under_our_key_s_name_is_refused(key: OKPKey, keys: KeySet) -> None:
    key.ensure_kid()
    forger = OKPKey.generate_key("Ed25519", {"kid": str(key.kid)})

    with pytest.raises(Unauthenticated):
        verify(issue(forger, **OFFICER, now=NOW), keys, now=NOW)


def test_a_changed_token_is_refused(key: OKPKey, keys: KeySet) -> None:
    header, _, signature = issue(key, **OFFICER, now=NOW).split(".")

    with pytest.raises(Unauthenticated):
        verify(f"{header}.{encoded(CLAIMS | {'role': 'DPL'})}.{signature}", keys, now=NOW)


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", ""])
def test_a_token_without_a_signature_is_refused(keys: KeySet, algorithm: str) -> None:
    with pytest.raises(Unauthenticated):
        verify(f"{encoded({'alg': algorithm})}.{encoded(CLAIMS)}.", keys, now=NOW)


def test_the_public_key_is_no_shared_secret(key: OKPKey, keys: KeySet) -> None:
    kid = next(iter(keys)).kid
    known = (key.as_pem(private=False), key.public_key.public_bytes_raw())
    signed_part = f"{encoded({'alg': 'HS256', 'kid': kid})}.{encoded(CLAIMS)}"
    # By hand: the library would not sign with a public key.
    macs = [hmac.digest(secret, signed_part.encode(), "sha256") for secret in known]
    forged = [f"{signed_part}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}" for mac in macs]

    for token in forged:
        with pytest.raises(Unauthenticated):
            verify(token, keys, now=NOW)


def test_a_key_inside_the_token_is_not_trusted(key: OKPKey, keys: KeySet) -> None:
    own = OKPKey.generate_key("Ed25519")
    header = {"alg": "Ed25519", "jwk": own.as_dict(private=False)}
    token = jwt.encode(header, CLAIMS, own, algorithms=["Ed25519"])

    with pytest.raises(Unauthenticated):
        verify(token, keys, now=NOW)


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "Ed448"])
def test_other_algorithms_are_refused(keys: KeySet, algorithm: str) -> None:
    made: dict[str, Callable[[], Any]] = {
        "RS256": lambda: RSAKey.generate_key(2048),
        "ES256": lambda: ECKey.generate_key("P-256"),
        "Ed448": lambda: OKPKey.generate_key("Ed448"),
    }
    token = jwt.encode({"alg": algorithm}, CLAIMS, made[algorithm](), algorithms=[algorithm])

    with pytest.raises(Unauthenticated):
        verify(token, keys, now=NOW)


def test_an_issuer_that_writes_eddsa_is_understood(key: OKPKey, keys: KeySet) -> None:
    header, payload = encoded({"alg": "EdDSA", "typ": "JWT"}), encoded(CLAIMS)
    signature = key.private_key.sign(f"{header}.{payload}".encode())
    token = f"{header}.{payload}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"

    assert verify(token, keys, now=NOW).person == "p-9"


@pytest.mark.parametrize("rubbish", ["", "x", "a.b.c", "....", "é.é.é", "\x00", "a" * 300_000])
def test_what_is_no_token_is_refused(keys: KeySet, rubbish: str) -> None:
    with pytest.raises(Unauthenticated):
        verify(rubbish, keys, now=NOW)


def test_the_installation_makes_its_key_once_and_for_its_owner_only(tmp_path: Path) -> None:
    first = tokens.own_key(tmp_path)
    second = tokens.own_key(tmp_path)
    file = tmp_path / "keys" / "token.pem"

    assert first.as_dict(private=True) == second.as_dict(private=True)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert [file] == list(file.parent.iterdir())


def test_processes_that_start_together_share_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(lambda _: tokens.own_key(tmp_path).thumbprint(), range(8)))

    assert len(set(made)) == 1


def test_a_damaged_key_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "token.pem").write_text("half a k")

    with pytest.raises(UnfitKey, match=r"token\.pem"):
        tokens.own_key(tmp_path)


def test_a_key_of_another_kind_is_named(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "token.pem").write_bytes(ECKey.generate_key("P-256").as_pem())

    with pytest.raises(UnfitKey):
        tokens.own_key(tmp_path)


@pytest.mark.parametrize("named", ["as a file", "as text"])
def test_a_deployment_trusts_its_issuer_s_keys_and_no_other(tmp_path: Path, key: OKPKey, named: str) -> None:
    key.ensure_kid()
    listed = [
        RSAKey.generate_key(2048).as_dict(private=False),
        ECKey.generate_key("P-256").as_dict(private=False),
        key.as_dict(private=False) | {"alg": "EdDSA", "use": "sig"},
        OKPKey.generate_key("Ed25519").as_dict(private=False, kid="next"),
    ]
    text = json.dumps({"keys": listed})
    file = tmp_path / "issuer.json"
    file.write_text(text)
    trusted = tokens.trusted_keys(tmp_path, str(file) if named == "as a file" else text)
    theirs = issue(key, **OFFICER, issuer="https://idp.example", audience="safety", now=NOW)
    ours = issue(
        tokens.own_key(tmp_path), **OFFICER, issuer="https://idp.example", audience="safety", now=NOW
    )
    caller = verify(theirs, trusted, issuer="https://idp.example", audience="safety", now=NOW)

    assert caller.person == "p-9"
    with pytest.raises(Unauthenticated):
        verify(ours, trusted, issuer="https://idp.example", audience="safety", now=NOW)


def test_without_an_issuer_the_installation_trusts_itself(tmp_path: Path) -> None:
    token = issue(tokens.own_key(tmp_path), **OFFICER, now=NOW)

    assert verify(token, tokens.trusted_keys(tmp_path, None), now=NOW).person == "p-9"


def test_verifying_needs_no_private_key(key: OKPKey, keys: KeySet) -> None:
    assert not any(held.is_private for held in keys)


@pytest.mark.parametrize(
    "named",
    [
        "/nowhere/keys.json",
        "{",
        "{}",
        '{"keys": []}',
        '{"keys": [1]}',
        '{"keys": [{"kty": "OKP", "crv": "Ed25519"}]}',
    ],
)
def test_keys_that_cannot_be_read_stop_the_start(tmp_path: Path, named: str) -> None:
    with pytest.raises(UnfitKey, match="HAZARD_TOKEN_KEYS"):
        tokens.trusted_keys(tmp_path, named)
