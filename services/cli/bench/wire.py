"""线上字节 · HTTP/1.1 as bytes: requests made before the clock starts, answers measured by their length alone."""

from collections.abc import Iterator, Sequence
from itertools import cycle

END_OF_HEAD = b"\r\n\r\n"
LENGTH = b"content-length:"


def request(line: str, headers: dict[str, str], body: bytes) -> bytes:
    """请求 · One whole request on a connection that stays open."""
    said = {"Host": "bench", "Content-Type": "application/json", "Content-Length": str(len(body)), **headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in said.items())
    return f"{line} HTTP/1.1\r\n{head}\r\n".encode() + body


def requests(
    lines: Sequence[tuple[str, dict[str, str]]], bodies: Sequence[bytes], *, token: str
) -> Iterator[bytes]:
    """一串请求 · One for each line with its headers; the bodies go round."""
    who = {"Authorization": f"Bearer {token}"}
    for (line, headers), body in zip(lines, cycle(bodies), strict=False):
        yield request(line, {**who, **headers}, body)


def length_of(received: bytes) -> int:
    """报文长度 · The length of the message that begins here, head and body; 0 while its head is not whole.

    Only a length in the head is understood: nobody here speaks in chunks.
    """
    head = received.find(END_OF_HEAD)
    if head < 0:
        return 0
    start = received.find(LENGTH, 0, head)
    if start < 0:
        start = received[:head].lower().find(LENGTH)
    if start < 0:
        return head + len(END_OF_HEAD)
    end = received.find(b"\r\n", start)
    return head + len(END_OF_HEAD) + int(received[start + len(LENGTH) : end])
