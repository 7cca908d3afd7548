"""登录会话 · Who has signed in, as a sealed cookie: the token inside it is read by this installation alone."""

import base64
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import Self
from uuid import uuid4

import orjson
from cryptography.fernet import Fernet, InvalidToken

from services.authentication import Authenticator
from services.console.settings import ConsoleSettings
from services.keyfiles import UnfitKey, kept
from services.tokens import Caller, Unauthenticated

COOKIE = "hazard_session"
PLACE = "/console"  # the cookie goes nowhere else: the API takes tokens, never cookies
LONGEST = 12 * 3600  # seconds; a working day


@dataclass(frozen=True, slots=True)
class Session:
    """会话 · Who it is, and the token that each call to the API carries."""

    id: str
    token: str
    caller: Caller


@dataclass(slots=True)
class Sessions:
    """会话 · Seals and opens cookies. Who signed out is remembered in this process for as long as the cookie would last."""

    seal: Fernet
    authenticator: Authenticator
    now: Callable[[], datetime]
    left: dict[str, float] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        settings: ConsoleSettings,
        data: Path,
        authenticator: Authenticator,
        now: Callable[[], datetime],
    ) -> Self:
        """装配 · With the secret of the environment, else one that is made once beside the other keys. Raises UnfitKey."""
        if settings.console_secret is not None:
            digest = hashlib.sha256(settings.console_secret.get_secret_value().encode()).digest()
            return cls(Fernet(base64.urlsafe_b64encode(digest)), authenticator, now)
        file = data / "keys" / "console.key"
        try:
            return cls(Fernet(kept(file, Fernet.generate_key).strip()), authenticator, now)
        except ValueError as error:
            msg = f"密钥文件无法读取，请删除后重新生成（已登录的人须重新登录）：{file}"
            raise UnfitKey(msg) from error

    def begin(self, token: str) -> str:
        """登录 · The cookie's value for a token that is believed. Raises Unauthenticated."""
        self.authenticator.proved(f"Bearer {token}")
        return self._sealed(uuid4().hex, token)

    def of_cookies(self, cookies: Mapping[str, str]) -> Session | None:
        """取会话 · What the cookie says, unless it is forged, too old, signed out, or its token has expired."""
        given = cookies.get(COOKIE)
        if given is None:
            return None
        try:
            opened = self.seal.decrypt_at_time(given, LONGEST, self._seconds())
            id_, token = orjson.loads(opened)
            caller = self.authenticator.proved(f"Bearer {token}")
        except (InvalidToken, ValueError, Unauthenticated):
            return None
        return None if id_ in self.left else Session(id_, token, caller)

    def of_header(self, header: str) -> Session | None:
        """取会话 · The same from a Cookie header as it came."""
        try:
            return self.of_cookies({name: morsel.value for name, morsel in SimpleCookie(header).items()})
        except CookieError:
            return None

    def end(self, session: Session) -> None:
        """退出 · A copy of the cookie is good for nothing from now on."""
        now = self._seconds()
        self.left = {id_: until for id_, until in self.left.items() if until > now}
        self.left[session.id] = now + LONGEST

    def is_open(self, session: Session) -> bool:
        """仍在登录 · Whether nobody signed out since; the token's own term is the API's to say."""
        return session.id not in self.left

    def _sealed(self, id_: str, token: str) -> str:
        return self.seal.encrypt_at_time(orjson.dumps([id_, token]), self._seconds()).decode()

    def _seconds(self) -> int:
        return int(self.now().timestamp())
