"""回调渠道 · A JSON POST with a stable `webhook-id`, by which the receiver tells a repeat (standardwebhooks.com)."""

from typing import Final

import httpx2

from services.notifier.calendar import SHANGHAI
from services.notifier.channels import Message, NotSent

TIMEOUT: Final = 15  # seconds
TRY_AGAIN: Final = frozenset({408, 425, 429})  # 4xx answers that are about the moment, not the message
SERVER_ERROR: Final = 500


class Webhook:
    """回调 · People by id; whoever receives it knows how to reach them."""

    name = "webhook"
    personal = False
    repeatable = True

    def __init__(self, client: httpx2.AsyncClient, url: str) -> None:
        """造 · `url` is an address of the receiver's that takes JSON."""
        self._client = client
        self._url = url

    async def send(self, message: Message) -> None:
        """发送 · Any 2xx means taken. Raises NotSent."""
        headers = {"webhook-id": str(message.id), "webhook-timestamp": str(int(message.at.timestamp()))}
        try:
            answer = await self._client.post(self._url, json=_body(message), headers=headers, timeout=TIMEOUT)
        except httpx2.HTTPError as error:
            # It may have arrived all the same: the receiver knows the id.
            raise NotSent(f"回调地址没有应答（{type(error).__name__}）", again=True) from error
        if not answer.is_success:
            again = answer.status_code >= SERVER_ERROR or answer.status_code in TRY_AGAIN
            raise NotSent(f"回调地址拒收（{answer.status_code}）", again=again)


def client() -> httpx2.AsyncClient:
    """客户端 · Asks the address itself: no proxy out of the environment, no redirects to elsewhere."""
    return httpx2.AsyncClient(trust_env=False, follow_redirects=False)


def _body(message: Message) -> dict[str, str]:
    return {
        "id": str(message.id),
        "type": "reminder",
        "recipient": message.recipient,
        "hazard": message.hazard,
        "number": message.number,
        "enterprise": message.enterprise,
        "division": message.division,
        "kind": message.kind,
        "rule": message.rule,
        "rung": message.rung,
        "due": message.due.astimezone(SHANGHAI).isoformat(),
        "subject": message.words.subject,
        "text": message.words.text,
    }
