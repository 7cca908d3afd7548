"""二维码 · The picture is a picture, and the same one every time."""

import zlib
from io import BytesIO

import pytest
from PIL import Image

from services.hazard.papers import qr

ADDRESS = "https://hazard.example.org/p/mfzwizltoq2gk3tsmvzxk4tfoq"


def test_the_picture_for_word_is_a_square_of_black_and_white():
    picture = Image.open(BytesIO(qr.png(ADDRESS)))

    assert picture.format == "PNG"
    assert picture.width == picture.height
    assert {value for _, value in picture.convert("L").getcolors()} == {0, 255}


def test_the_same_address_is_the_same_picture():
    assert (qr.png(ADDRESS), qr.svg(ADDRESS)) == (qr.png(ADDRESS), qr.svg(ADDRESS))


@pytest.mark.parametrize("length", [0, 1, 0xFFFF, 0x10000, 200_000])
def test_a_stored_stream_unpacks_to_what_was_packed(length):
    body = bytes(number % 251 for number in range(length))

    assert zlib.decompress(qr.stored(body)) == body
