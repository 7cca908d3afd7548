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
BYTE: Final = 8  # pixels
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
    modules = segno.make(text, error="m", micro=False).matrix_iter(border=BORDER)
    lines = [_line("".join(("0" if dark else "1") * SCALE for dark in row)) for row in modules]
    width = len(lines) * SCALE
    pixels = b"".join(line * SCALE for line in lines)
    header = struct.pack(">IIBBBBB", width, width, 1, 0, 0, 0, 0)
    return SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", stored(pixels)) + _chunk(b"IEND", b"")


def _line(bits: str) -> bytes:
    """One row of pixels, unfiltered, filled up to whole bytes."""
    length = -(-len(bits) // BYTE)
    return b"\0" + int(bits.ljust(length * BYTE, "0"), 2).to_bytes(length)


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def stored(body: bytes) -> bytes:
    """不压缩 · A zlib stream of stored blocks: the same bytes with every version of every library."""
    blocks = [body[start : start + LONGEST] for start in range(0, len(body), LONGEST)] or [b""]
    packed = b"".join(
        struct.pack("<BHH", block is blocks[-1], len(block), len(block) ^ LONGEST) + block for block in blocks
    )
    return b"\x78\x01" + packed + struct.pack(">I", zlib.adler32(body))
