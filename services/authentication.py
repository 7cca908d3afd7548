"""认证 · Who asks, as a dependency of the framework: the token of a request, proved once and then looked up."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Annotated, Any, Final

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from joserfc.jwk import KeySet

from services.tokens import AUDIENCE, ISSUER, Caller, Unauthenticated, check_times, prove

REMEMBERED: Final = 1024  # tokens

BEARER: Final = Depends(
    HTTPBearer(
        bearerFormat="JWT",
        scheme_name="bearer",
        description="`hazard token` 或签发机构给出的身份凭证（JWT，Ed25519），写在 `Authorization: Bearer …` 中",
        auto_error=False,
    )
)


class Authenticator:
    """认证 · A FastAPI dependency that gives the Caller, and tells OpenAPI how to authenticate.

    It raises Unauthenticated for a missing, foreign or stale token.
    """

    def __init__(
        self, keys: KeySet, *, issuer: str = ISSUER, audience: str = AUDIENCE, now: Callable[[], datetime]
    ) -> None:
        """装配 · Whose tokens are believed, for whom they must be, and the clock."""
        self._issuer = issuer
        self._audience = audience
        self._now = now
        # A good signature stays good, and proving it costs more than all else here: only the dates are looked at again.
        self._prove = lru_cache(maxsize=REMEMBERED)(lambda token: _Proven(*prove(token, keys)))

    async def __call__(self, credentials: Annotated[HTTPAuthorizationCredentials | None, BEARER]) -> Caller:
        """来者 · Of the credentials that the framework found."""
        return self.proved(f"{credentials.scheme} {credentials.credentials}" if credentials else None)

    def proved(self, authorization: str | None) -> Caller:
        """来者 · Of an Authorization header. Raises Unauthenticated."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthenticated("请在 Authorization 请求头中提供身份凭证", error=None)
        proven = self._prove(token.strip())
        instant = self._now()
        if not proven.still_good(instant.timestamp()):
            check_times(proven.claims, self._issuer, self._audience, instant)
            proven.good_since = instant.timestamp()
        return proven.caller


@dataclass(slots=True)
class _Proven:
    """A token whose signature was found good, and since when its dates are known to be."""

    claims: dict[str, Any]  # a token's claims are any JSON
    caller: Caller
    good_since: float | None = None

    def still_good(self, instant: float) -> bool:
        # What once was in date stays so until it expires; a clock that went back asks for the whole check.
        return self.good_since is not None and self.good_since <= instant < self.claims["exp"]
