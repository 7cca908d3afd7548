"""二维码 · The door to the QR library; the picture's bytes depend on nothing but the text.

A PNG is packed here by hand: what a compression library makes of the same pixels changes with its version.
"""

import struct
import zlib
from io import BytesIO
from typing import Final

import segno

SCALE: Final = 6  # pixels of one module
BORDER: Final = 2  # modules
SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
LONGEST: Final = 0xFFFF  # bytes of one stored block


def svg(text: str) -> str:
    """矢量图 · As SVG, for the PDF."""
    out = BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", border=BORDER, xmldecl=False, svgns=True, nl=False
    )
    return out.getvalue().decode()


def png(text: str) -> bytes:
    """点阵图 · As PNG with one bit a pixel, for Word."""
    code = segno.make(text, error="m", micro=False)
    rows = [[not module for module in row] for row in code.matrix_iter(scale=SCALE, border=BORDER)]
    width = len(rows[0])
    pixels = b"".join(b"\0" + _bits(row) for row in rows)
    header = struct.pack(">IIBBBBB", width, len(rows), 1, 0, 0, 0, 0)
    return SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", stored(pixels)) + _chunk(b"IEND", b"")


def _bits(row: list[bool]) -> bytes:
    padded = [*row, *[False] * (-len(row) % 8)]
    return bytes(
        sum(bit << (7 - place) for place, bit in enumerate(padded[start : start + 8]))
        for start in range(0, len(padded), 8)
    )


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def stored(body: bytes) -> bytes:
    """不压缩 · A zlib stream of stored blocks: the same bytes with every version of every library."""
    blocks = [body[start : start + LONGEST] for start in range(0, len(body), LONGEST)] or [b""]
    packed = b"".join(
        struct.pack("<BHH", block is blocks[-1], len(block), len(block) ^ LONGEST) + block for block in blocks
    )
    return b"\x78\x01" + packed + struct.pack(">I", zlib.adler32(body))
