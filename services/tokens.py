"""身份凭证 · The door to JWT: who asks, proved by a bearer token signed with Ed25519."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, Self
from uuid import uuid4

from joserfc import jwt
from joserfc.errors import ExpiredTokenError, JoseError
from joserfc.jwa import JWSAlgModel
from joserfc.jwk import KeySet, OKPKey
from joserfc.jws import JWSRegistry
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from contracts.values import Certificate, DivisionCode, PersonId, Role, ShortText
from services.keyfiles import UnfitKey, kept
from services.trouble import Trouble

ISSUER: Final = "hazard"
AUDIENCE: Final = "hazard"
# RFC 9864 names the curve; older issuers write EdDSA and mean the same key.
ALGORITHM: Final = "Ed25519"
ACCEPTED: Final = (ALGORITHM, "EdDSA")
NO_KEYS: Final = "HAZARD_TOKEN_KEYS 应为 JWK 公钥集（JSON 文本或文件路径），且含 Ed25519 公钥"
LEEWAY: Final = 60  # seconds between the clocks of issuer and server


class TokenSettings(BaseSettings):
    """凭证设置 · Whose tokens are taken: the installation's own, or those of a deployment's issuer."""

    model_config = SettingsConfigDict(env_prefix="HAZARD_", frozen=True)

    token_keys: str | None = None
    token_issuer: str = ISSUER
    token_audience: str = AUDIENCE


class Unauthenticated(Trouble):
    """身份凭证无效 · Nobody can be held to answer for this request."""

    def __init__(self, detail: str, *, error: str | None = "invalid_token") -> None:
        """造 · With the RFC 6750 error, or none when no token was sent at all."""
        challenge = f'Bearer error="{error}"' if error else "Bearer"
        super().__init__("unauthenticated", detail, headers={"WWW-Authenticate": challenge})


@dataclass(frozen=True, slots=True)
class Caller:
    """来者 · Who asks, in which role, from where; a service also names the commands it may send."""

    person: str
    role: Role
    division: str
    organisation: str
    certificate: str | None = None
    client: str = ""
    commands: tuple[str, ...] | None = None

    def may_send(self, command: str) -> bool:
        """可发命令 · Whether a command, in kebab-case, is on a service's list; people have no list."""
        return self.commands is None or command in self.commands


class Claims(BaseModel):
    """声明 · What a token says beside the registered claims; others an issuer adds are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    sub: PersonId
    role: Role
    division: DivisionCode
    organisation: ShortText
    certificate: Certificate | None = None
    client_id: ShortText | None = None
    commands: tuple[str, ...] | None = None

    @model_validator(mode="after")
    def a_service_has_a_list(self) -> Self:
        """系统凭证须列明命令 · SYS acts only by a list of commands."""
        if self.role is Role.SYS and not self.commands:
            msg = "系统凭证须列明可用命令"
            raise ValueError(msg)
        return self

    def caller(self) -> Caller:
        """来者 · The claims as the caller they speak of."""
        return Caller(
            person=self.sub,
            role=self.role,
            division=self.division,
            organisation=self.organisation,
            certificate=self.certificate,
            client=self.client_id or self.sub,
            commands=self.commands,
        )


class _Edwards(JWSRegistry):
    """One algorithm whatever its spelling, so neither `none` nor another curve or family can be asked for."""

    def get_alg(self, name: str) -> JWSAlgModel:
        return super().get_alg(ALGORITHM if name in ACCEPTED else name)


def issue(
    key: OKPKey,
    *,
    person: str,
    role: Role,
    division: str,
    organisation: str,
    certificate: str | None = None,
    commands: Sequence[str] | None = None,
    client: str | None = None,
    hours: float = 12,
    issuer: str = ISSUER,
    audience: str = AUDIENCE,
    now: datetime,
) -> str:
    """签发 · A token for a person, or for a service with its list of commands.

    Raises ValueError for a claim out of form and for SYS without commands.
    """
    claims = Claims(
        sub=person,
        role=role,
        division=division,
        organisation=organisation,
        certificate=certificate,
        client_id=client,
        commands=None if commands is None else tuple(commands),
    )
    registered = {"iss": issuer, "aud": audience, "jti": uuid4().hex}
    times = {"iat": int(now.timestamp()), "exp": int((now + timedelta(hours=hours)).timestamp())}
    body = registered | times | claims.model_dump(mode="json", exclude_none=True)
    key.ensure_kid()
    return jwt.encode(
        {"alg": ALGORITHM, "kid": key.kid}, body, key, registry=_Edwards(algorithms=[ALGORITHM])
    )


def verify(
    token: str, keys: KeySet, *, issuer: str = ISSUER, audience: str = AUDIENCE, now: datetime
) -> Caller:
    """核验 · The caller a token speaks of, when one of the keys signed it and it is for us and in date.

    Raises Unauthenticated.
    """
    claims, caller = prove(token, keys)
    check_times(claims, issuer, audience, now)
    return caller


def prove(token: str, keys: KeySet) -> tuple[dict[str, Any], Caller]:  # a token's claims are any JSON
    """验签 · The claims of a token that one of the keys signed, and who they speak of. Raises Unauthenticated."""
    try:
        claims = jwt.decode(token, keys, registry=_Edwards(algorithms=[ALGORITHM])).claims
        return claims, Claims.model_validate(claims).caller()
    except ValidationError:
        raise Unauthenticated("身份凭证缺少人员、角色、区划或单位，或其格式有误") from None
    except (JoseError, ValueError):
        raise Unauthenticated("身份凭证无法核验：签名、密钥或格式不符") from None


def check_times(claims: dict[str, Any], issuer: str, audience: str, now: datetime) -> None:  # any JSON
    """核对时效 · That the claims are for us, by our issuer, and in date. Raises Unauthenticated."""
    rules = jwt.JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=LEEWAY,
        exp={"essential": True},
        iss={"essential": True, "value": issuer},
        aud={"essential": True, "value": audience},
    )
    try:
        rules.validate(claims)
    except ExpiredTokenError:
        raise Unauthenticated("身份凭证已过期，请重新获取") from None
    except JoseError:
        raise Unauthenticated("身份凭证不是签发给本系统的，或尚未生效") from None


def own_key(data: Path) -> OKPKey:
    """自有密钥 · The embedded installation's signing key, made at the first call, readable by its owner only.

    Raises UnfitKey when the file is there and is no Ed25519 key.
    """
    file = data / "keys" / "token.pem"
    secret = kept(file, _new_key)
    try:
        return _ed25519(OKPKey.import_key(secret))
    except (JoseError, ValueError) as error:
        msg = f"密钥文件无法读取，请恢复备份或删除后重新生成（原有凭证将全部失效）：{file}"
        raise UnfitKey(msg) from error


def public_keys(key: OKPKey) -> KeySet:
    """公钥 · The public half of a key, to verify with."""
    return KeySet([OKPKey.import_key(key.as_dict(private=False))])


def trusted_keys(data: Path, token_keys: str | None) -> KeySet:
    """可信公钥 · The issuer's public keys of a deployment, else the installation's own.

    `token_keys` is a JWK set, as JSON or as the path of a file with it. Raises UnfitKey.
    """
    if not token_keys:
        return public_keys(own_key(data))
    try:
        text = token_keys if token_keys.lstrip().startswith("{") else Path(token_keys).read_text("utf-8")
        # A set may hold keys of other kinds for other uses: only Ed25519 ones can sign for us.
        fit = [
            key for key in json.loads(text)["keys"] if key.get("crv") == ALGORITHM and key.get("use") != "enc"
        ]
        keys = [_public(key) for key in fit]
    except (OSError, LookupError, TypeError, AttributeError, JoseError, ValueError) as error:
        raise UnfitKey(NO_KEYS) from error
    if not keys:
        raise UnfitKey(NO_KEYS)
    return KeySet([*keys])


def _public(key: dict[str, Any]) -> OKPKey:  # a JWK is a JSON object of any members
    # Its alg may spell the algorithm either way, so it may not choose between tokens; a private half is not ours.
    return _ed25519(
        OKPKey.import_key({name: value for name, value in key.items() if name not in ("alg", "d")})
    )


def _ed25519(key: OKPKey) -> OKPKey:
    if key.curve_name != ALGORITHM:
        msg = "不是 Ed25519 密钥"
        raise UnfitKey(msg)
    return key


def _new_key() -> bytes:
    return OKPKey.generate_key(ALGORITHM).as_pem(private=True)
