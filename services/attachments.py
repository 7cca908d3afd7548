"""附件 · The door to photographs and documents: written once, under the SHA-256 of what is kept.

What a camera adds to a picture (place, time, device, owner) is taken off before the picture is hashed: it is a
person's data, and a claimed place or time is a field of its own.
"""

import asyncio
import os
import struct
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Final, Self

import puremagic
from obstore.exceptions import AlreadyExistsError, NotFoundError
from obstore.store import LocalStore, ObjectStore
from PIL import Image, ImageOps, JpegImagePlugin, UnidentifiedImageError

from services.trouble import Trouble

MAX_BYTES: Final = 10 * 1024 * 1024
MAX_PIXELS: Final = (
    64 * 1024 * 1024
)  # a 50-megapixel camera's picture fits; unpacked it takes 200 MB of memory
TOO_MANY_PIXELS: Final = "图片像素过大（超过 6700 万像素），请缩小后重新上传"
PREFIX: Final = "sha256:"
PDF: Final = "application/pdf"
FORMATS: Final[Mapping[str, str]] = {"image/jpeg": "JPEG", "image/png": "PNG"}
SNIFFED: Final = 4096  # bytes; the beginnings of all three kinds stand at the very front
BURSTING: Final = (Image.DecompressionBombError, Image.DecompressionBombWarning)
UNREADABLE: Final = (
    UnidentifiedImageError,
    EOFError,
    IndexError,
    OSError,
    OverflowError,
    SyntaxError,  # Pillow's own for a broken PNG
    ValueError,
    struct.error,
    zlib.error,
)


@dataclass(frozen=True, slots=True)
class Attachment:
    """附件 · What is kept: its digest, its type, its size in bytes."""

    digest: str
    media_type: str
    size: int


class Attachments:
    """附件库 · Attachments by digest; what is there is never changed."""

    def __init__(self, store: ObjectStore, folder: Path | None = None) -> None:
        """造 · On an object store; `folder` is where a local one keeps its files."""
        self._store = store
        self._folder = folder
        # One picture is unpacked at a time: a few large ones at once would cost the memory of all else.
        self._unpacking = asyncio.Semaphore(1)

    @classmethod
    def at(cls, data: Path) -> Self:
        """本地附件库 · Under attachments/ of a data directory, made when it is not there."""
        folder = data / "attachments"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return cls(LocalStore(prefix=folder), folder)

    async def store(self, content: bytes) -> Attachment:
        """保存 · Keep a photograph or a document, without what its camera added; the same content twice is one.

        Raises Trouble: too-large, unsupported-media, broken-attachment.
        """
        if len(content) > MAX_BYTES:
            raise Trouble("too-large", "附件不得超过 10 MB，请压缩后重新上传")
        async with self._unpacking:
            media_type, kept = await asyncio.to_thread(_clean, content)
        attachment = Attachment(PREFIX + sha256(kept).hexdigest(), media_type, len(kept))
        await self._write(_path(attachment.digest), kept)
        return attachment

    async def keep(self, content: bytes) -> str:
        """留存 · Keeps a file of the system's own as it is, such as a template; its digest."""
        digest = PREFIX + sha256(content).hexdigest()
        await self._write(_path(digest), content)
        return digest

    async def kept(self, digest: str) -> bytes:
        """取出 · What was kept under a digest, whatever it is. Raises Trouble attachment-not-found."""
        try:
            found = await self._store.get_async(_path(digest))
            return bytes(await found.bytes_async())
        except (NotFoundError, FileNotFoundError):
            raise Trouble("attachment-not-found", "没有这个附件，请先上传") from None

    async def missing(self, digests: Iterable[str]) -> frozenset[str]:
        """缺失 · Those of the digests that were never stored."""
        wanted = sorted(set(digests))
        there = await asyncio.gather(*(self._size(_path(digest)) for digest in wanted))
        return frozenset(digest for digest, size in zip(wanted, there, strict=True) if size is None)

    async def open(self, digest: str) -> tuple[Attachment, bytes]:
        """打开 · An attachment with its content.

        Raises Trouble attachment-not-found.
        """
        content = await self.kept(digest)
        return Attachment(digest, _sniff(content), len(content)), content

    async def _write(self, path: str, content: bytes) -> None:
        try:
            await self._store.put_async(path, content, mode="create")
        except AlreadyExistsError:
            if await self._size(path) == len(content):
                return
            # A power cut can leave a name without its content; the digest says what belongs there.
            await self._store.put_async(path, content, mode="overwrite")
        if self._folder is not None:
            await asyncio.to_thread(_settle, self._folder / path)

    async def _size(self, path: str) -> int | None:
        try:
            return int((await self._store.head_async(path))["size"])
        except (NotFoundError, FileNotFoundError):
            return None


def _path(digest: str) -> str:
    name = digest.removeprefix(PREFIX)
    return f"{name[:2]}/{name[2:4]}/{name}"


def _settle(file: Path) -> None:
    # The store does not wait for the disk, and an event that names a photograph may be on it a moment later.
    for place in (file, file.parent, file.parent.parent, file.parent.parent.parent):
        handle = os.open(place, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _sniff(content: bytes) -> str:
    try:
        found = [match.mime_type for match in puremagic.magic_string(content[:SNIFFED])]
    except (puremagic.PureError, ValueError):  # ValueError: nothing was sent
        found = []
    for media_type in (*FORMATS, PDF):
        if media_type in found:
            return media_type
    raise Trouble("unsupported-media", "附件应为 JPEG、PNG 图片或 PDF 文件")


def _clean(content: bytes) -> tuple[str, bytes]:
    media_type = _sniff(content)
    if media_type == PDF:
        return media_type, content
    try:
        return media_type, _picture_only(content, FORMATS[media_type])
    except BURSTING:
        raise Trouble("too-large", TOO_MANY_PIXELS) from None
    except UNREADABLE:
        raise Trouble("broken-attachment", "图片损坏或无法读取，请重新拍摄或另存后上传") from None


def _picture_only(content: bytes, kind: str) -> bytes:
    out = BytesIO()
    with Image.open(BytesIO(content), formats=[kind]) as opened:
        if opened.width * opened.height > MAX_PIXELS:
            raise Trouble("too-large", TOO_MANY_PIXELS)
        how = _as_it_was(opened)
        upright = ImageOps.exif_transpose(opened)
        # Colours and transparency are the picture; all else that came with the file stays behind.
        upright.info = {name: upright.info[name] for name in ("transparency",) if name in upright.info}
        upright.save(out, format=kind, **how)
    if out.tell() > MAX_BYTES:
        raise Trouble("too-large", "图片整理后超过 10 MB，请压缩后重新上传")
    return out.getvalue()


def _as_it_was(opened: Image.Image) -> dict[str, object]:
    # A JPEG is written with its own tables, so that it loses next to nothing.
    how: dict[str, object] = {"icc_profile": opened.info.get("icc_profile")}
    if isinstance(opened, JpegImagePlugin.JpegImageFile):
        how |= {"qtables": opened.quantization, "subsampling": JpegImagePlugin.get_sampling(opened)}
        how["progressive"] = bool(opened.info.get("progressive"))
    return how
