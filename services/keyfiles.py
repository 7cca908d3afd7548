"""密钥文件 · A secret that is made once, at the first call, and kept in a file for its owner only."""

from collections.abc import Callable
from pathlib import Path

from services.files import write_once


class UnfitKey(ValueError):
    """密钥不可用 · A key that is not of the kind wanted, or cannot be read."""


def kept(file: Path, make: Callable[[], bytes]) -> bytes:
    """取用或生成 · What the file holds; what `make` gives is written into it when it is not there.

    All who make it at once get what one of them made. Raises OSError.
    """
    if not file.exists():
        write_once(file, make(), mode=0o600, folders=0o700)
    return file.read_bytes()
