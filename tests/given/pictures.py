"""图片 · Pictures and documents that tests send."""

import zlib
from datetime import UTC, datetime
from io import BytesIO
from struct import pack
from typing import Any

from PIL import Image, ImageDraw, PngImagePlugin

from services.attachments import Attachments

NOW = datetime(2026, 6, 3, 1, 0, tzinfo=UTC)

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"

ORIENTATION, GPS, MAKER = 0x0112, 0x8825, 0x010F
SECRET = b"Zhang San's phone 30.159N"


def picture(mode: str = "RGB", size: tuple[int, int] = (64, 48)) -> Image.Image:
    image = Image.new(mode, size)
    ImageDraw.Draw(image).rectangle(
        (0, 0, size[0] // 2, size[1] // 2), fill=255 if mode != "RGB" else (250, 120, 10)
    )
    return image


def photograph(orientation: int = 1, **options: Any) -> bytes:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[MAKER] = SECRET.decode()
    exif.get_ifd(GPS)[2] = (30.0, 9.0, 32.0)
    out = BytesIO()
    extras = {"exif": exif, "comment": SECRET, "xmp": b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>"}
    picture().save(out, "JPEG", **extras | options)
    return out.getvalue()


def drawing(image: Image.Image | None = None, **options: Any) -> bytes:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", SECRET.decode())
    texts.add_text("Comment", SECRET.decode(), zip=True)
    texts.add_itxt("XML:com.adobe.xmp", SECRET.decode())
    out = BytesIO()
    (image or picture()).save(out, "PNG", pnginfo=texts, **options)
    return out.getvalue()


def opened(content: bytes) -> Image.Image:
    image = Image.open(BytesIO(content))
    image.load()
    return image


def chunk(name: bytes, content: bytes) -> bytes:
    return pack(">I", len(content)) + name + content + pack(">I", zlib.crc32(name + content))


def png_of(width: int, height: int) -> bytes:
    header = chunk(b"IHDR", pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


async def content_of(kept: Attachments, content: bytes) -> bytes:
    return (await kept.open((await kept.store(content)).digest))[1]


GIF = BytesIO()
