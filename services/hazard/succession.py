"""接续 · Whether a message of the stream is the event that follows in the log. Pure."""

from collections.abc import Mapping
from hashlib import sha256

from services.jetstream import HEADER_APPENDED, HEADER_CHAIN, HEADER_LOG, HEADER_POSITION
from services.stored_messages import Stored

EVENT_ID = "Nats-Msg-Id"
HEADERS = (HEADER_LOG, HEADER_POSITION, HEADER_CHAIN, HEADER_APPENDED, EVENT_ID)


def next_chain(chain: bytes, body: bytes) -> bytes:
    """下一链值 · The chain behind an event whose bytes these are; migrations/0001_log.sql computes the same."""
    return sha256(chain + sha256(b"\0" + body).digest()).digest()


def extends(chain: bytes, message: Stored) -> bool:
    """接续 · Whether a message's own bytes and chain follow a chain: a relay of this history published it."""
    return message.headers.get(HEADER_CHAIN) == next_chain(chain, message.body).hex()


def why_stray(message: Stored, log_id: str, chain: bytes) -> str | None:
    """来历不明的原因 · Why a message is not the next event behind a chain, in Chinese; None if it is."""
    missing = [name for name in HEADERS if name not in message.headers]
    if missing:
        return f"缺少消息头 {'、'.join(missing)}"
    if message.headers[HEADER_LOG] != log_id:
        return f"属于另一日志 {message.headers[HEADER_LOG]}"
    if message.headers[HEADER_POSITION] != str(message.sequence):
        return f"自称第 {message.headers[HEADER_POSITION]} 条，却在第 {message.sequence} 条的位置"
    if not extends(chain, message):
        return "内容和链值不接续本日志"
    return None


def claimed(headers: Mapping[str, str], name: str) -> str:
    """自称 · What a message says of itself, for a report; a long or missing value is told as such."""
    value = headers.get(name)
    return "无" if value is None else value[:64]
