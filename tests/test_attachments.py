"""附件 · What is kept of a photograph, what is refused, and that nothing kept is ever changed."""

import asyncio
import os
import stat
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageStat

from given.pictures import GIF, MAKER, PDF, SECRET, content_of, drawing, opened, photograph, picture, png_of
from services.attachments import MAX_BYTES, Attachment, Attachments
from services.trouble import Trouble


@pytest.fixture
def kept(tmp_path: Path) -> Attachments:
    return Attachments.at(tmp_path)


async def test_a_photograph_is_kept_without_what_its_camera_added(kept: Attachments) -> None:
    sent = photograph()
    content = await content_of(kept, sent)

    assert SECRET in sent
    assert SECRET not in content
    assert b"Exif" not in content
    assert b"xmpmeta" not in content
    assert not opened(content).getexif()


async def test_a_drawing_is_kept_without_its_texts(kept: Attachments) -> None:
    exif = Image.Exif()
    exif[MAKER] = SECRET.decode()
    sent = drawing(exif=exif)
    content = await content_of(kept, sent)

    assert SECRET in sent
    assert SECRET not in content
    assert not any(name in content for name in (b"tEXt", b"zTXt", b"iTXt", b"eXIf"))
    assert opened(sent).tobytes() == opened(content).tobytes()


@pytest.mark.parametrize("tail", [b"", SECRET])
async def test_what_hangs_behind_a_picture_is_left_behind(kept: Attachments, tail: bytes) -> None:
    for sent in (photograph(), drawing()):
        assert await kept.store(sent) == await kept.store(sent + tail)


async def test_a_second_picture_inside_a_photograph_is_left_behind(kept: Attachments) -> None:
    out = BytesIO()
    picture().save(out, "MPO", save_all=True, append_images=[picture(size=(32, 24))])
    content = await content_of(kept, out.getvalue())

    assert content.count(b"\xff\xd8\xff") == 1
    assert opened(content).format == "JPEG"


@pytest.mark.parametrize("orientation", range(1, 9))
async def test_a_photograph_stands_upright(kept: Attachments, orientation: int) -> None:
    sent = photograph(orientation)
    turned = opened(await content_of(kept, sent))
    upright = {5: (48, 64), 6: (48, 64), 7: (48, 64), 8: (48, 64)}.get(orientation, (64, 48))
    corner = {1: (0, 0), 2: (1, 0), 3: (1, 1), 4: (0, 1), 5: (0, 0), 6: (1, 0), 7: (1, 1), 8: (0, 1)}[
        orientation
    ]
    bright = turned.getpixel((corner[0] * (upright[0] - 1), corner[1] * (upright[1] - 1)))

    assert upright == turned.size
    assert isinstance(bright, tuple)
    assert bright[0] > 200


@pytest.mark.parametrize(
    "options", [{"quality": 60}, {"quality": 95, "subsampling": 0}, {"progressive": True}]
)
async def test_a_photograph_loses_next_to_nothing(kept: Attachments, options: dict[str, Any]) -> None:
    noisy = Image.effect_noise((200, 150), 60).convert("RGB")
    out = BytesIO()
    noisy.save(out, "JPEG", **options)
    content = await content_of(kept, out.getvalue())
    difference = ImageStat.Stat(ImageChops.difference(opened(out.getvalue()), opened(content)))

    assert max(difference.mean) < 1.5
    assert len(content) < 1.1 * len(out.getvalue())


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
async def test_drawings_of_every_kind_are_kept_exactly(kept: Attachments, mode: str) -> None:
    image = picture("L").convert(mode) if mode != "I;16" else Image.new(mode, (8, 8), 40000)
    sent = drawing(image)
    content = await content_of(kept, sent)

    assert opened(sent).tobytes() == opened(content).tobytes()
    assert opened(sent).mode == opened(content).mode


async def test_a_transparent_colour_stays_transparent(kept: Attachments) -> None:
    sent = drawing(transparency=(0, 0, 0))

    assert opened(await content_of(kept, sent)).info["transparency"] == (0, 0, 0)


@pytest.mark.parametrize("mode", ["L", "CMYK"])
async def test_photographs_of_other_colours_are_kept(kept: Attachments, mode: str) -> None:
    out = BytesIO()
    picture("RGB").convert(mode).save(out, "JPEG")

    assert mode == opened(await content_of(kept, out.getvalue())).mode


async def test_a_document_is_kept_as_it_is(kept: Attachments) -> None:
    stored = await kept.store(PDF)

    assert Attachment("sha256:" + sha256(PDF).hexdigest(), "application/pdf", len(PDF)) == stored
    assert (stored, PDF) == await kept.open(stored.digest)


async def test_the_digest_is_of_what_is_kept(kept: Attachments) -> None:
    stored = await kept.store(photograph())
    _, content = await kept.open(stored.digest)

    assert stored.digest == "sha256:" + sha256(content).hexdigest()
    assert stored.size == len(content)
    assert stored.media_type == "image/jpeg"


async def test_the_same_photograph_is_kept_once(kept: Attachments, tmp_path: Path) -> None:
    stored = await asyncio.gather(*(kept.store(photograph()) for _ in range(5)))
    files = [file for file in (tmp_path / "attachments").rglob("*") if file.is_file()]

    assert len(set(stored)) == 1
    assert [stored[0].digest.removeprefix("sha256:")] == [file.name for file in files]


async def test_what_is_kept_is_not_written_again(kept: Attachments, tmp_path: Path) -> None:
    stored = await kept.store(PDF)
    file = next(file for file in (tmp_path / "attachments").rglob("*") if file.is_file())
    before = file.stat()
    await kept.store(PDF)

    assert (before.st_ino, before.st_mtime_ns) == (file.stat().st_ino, file.stat().st_mtime_ns)
    assert await kept.missing([stored.digest]) == frozenset()


async def test_a_file_that_a_power_cut_left_empty_is_mended(kept: Attachments, tmp_path: Path) -> None:
    stored = await kept.store(PDF)
    file = next(file for file in (tmp_path / "attachments").rglob("*") if file.is_file())
    os.truncate(file, 0)
    await kept.store(PDF)

    assert (stored, PDF) == await kept.open(stored.digest)


async def test_only_the_owner_may_look_into_the_folder(kept: Attachments, tmp_path: Path) -> None:
    assert stat.S_IMODE((tmp_path / "attachments").stat().st_mode) == 0o700


async def test_another_start_finds_what_was_kept(kept: Attachments, tmp_path: Path) -> None:
    stored = await kept.store(PDF)

    assert await Attachments.at(tmp_path).missing([stored.digest]) == frozenset()


async def test_what_was_never_sent_is_missing(kept: Attachments) -> None:
    stored = await kept.store(PDF)
    unknown = "sha256:" + "0" * 64

    assert await kept.missing([unknown, stored.digest, unknown]) == {unknown}
    assert await kept.missing([]) == frozenset()
    with pytest.raises(Trouble, match="没有这个附件"):
        await kept.open(unknown)


picture("L").save(GIF, "GIF")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"<html><script>",
        b"PK\x03\x04" + bytes(50),
        b"MZ" + bytes(90),
        GIF.getvalue(),
        b"%!PS-Adobe",
        bytes(9),
    ],
    ids=["empty", "text", "html", "zip", "program", "gif", "postscript", "zeros"],
)
async def test_other_files_are_refused(kept: Attachments, content: bytes) -> None:
    with pytest.raises(Trouble) as refused:
        await kept.store(content)

    assert refused.value.code == "unsupported-media"


@pytest.mark.parametrize(
    "content",
    [
        photograph()[:300],
        b"\xff\xd8\xff\xe0" + bytes(200),
        drawing()[:60],
        b"\x89PNG\r\n\x1a\n",
        drawing()[:-30],
    ],
    ids=["half a photograph", "zeros", "half a drawing", "a beginning", "no end"],
)
async def test_a_broken_picture_is_refused(kept: Attachments, content: bytes) -> None:
    with pytest.raises(Trouble) as refused:
        await kept.store(content)

    assert refused.value.code == "broken-attachment"


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow remarks on a camera's data, which is thrown away
async def test_a_damaged_picture_is_refused_or_kept_clean_and_never_an_accident(kept: Attachments) -> None:
    chance = Random(1)
    for sent in (photograph(), drawing()) * 100:
        damaged = bytearray(sent)
        for _ in range(chance.randint(1, 6)):
            damaged[chance.randrange(12, len(damaged))] = chance.randrange(256)
        try:
            content = await content_of(kept, bytes(damaged))
        except Trouble:
            continue
        assert SECRET not in content


@pytest.mark.parametrize("size", [(9_000, 9_000), (12_000, 12_000), (60_000, 60_000)], ids=str)
async def test_a_picture_that_would_burst_the_memory_is_refused(
    kept: Attachments, size: tuple[int, int]
) -> None:
    bomb = png_of(*size)
    with pytest.raises(Trouble) as refused:
        await kept.store(bomb)

    assert len(bomb) < 1000
    assert refused.value.code == "too-large"


async def test_ten_megabytes_are_enough_and_one_byte_more_is_not(kept: Attachments) -> None:
    full = PDF + bytes(MAX_BYTES - len(PDF))
    stored = await kept.store(full)
    with pytest.raises(Trouble) as refused:
        await kept.store(full + b"\0")

    assert stored.size == MAX_BYTES
    assert refused.value.code == "too-large"


# ---- over HTTP
