"""凭证 · Keys and tokens that tests use."""

import base64
import json
from datetime import UTC, datetime
from typing import Any

from joserfc import jwt
from joserfc.jwk import OKPKey

from contracts.values import Role

NOW = datetime(2026, 6, 3, 1, 0, tzinfo=UTC)

OFFICER: dict[str, Any] = {
    "person": "p-9",
    "role": Role.TWO,
    "division": "330111005000",
    "organisation": "org-town",
    "certificate": "33011100123",
}

CLAIMS: dict[str, Any] = {
    "iss": "hazard",
    "aud": "hazard",
    "sub": "p-9",
    "role": "TWO",
    "division": "330111005000",
    "organisation": "org-town",
    "iat": int(NOW.timestamp()),
    "exp": int(NOW.timestamp()) + 3600,
}


def signed(key: OKPKey, **changed: Any) -> str:
    claims = {name: value for name, value in (CLAIMS | changed).items() if value is not None}
    return jwt.encode({"alg": "Ed25519"}, claims, key, algorithms=["Ed25519"])


def encoded(part: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()
