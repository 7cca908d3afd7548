"""一次写成的文件 · Files that are written once: whole or not at all, never again, and there after a power cut."""

import os
from contextlib import suppress
from pathlib import Path
from secrets import token_hex


def write_once(file: Path, content: bytes, *, mode: int, folders: int) -> None:
    """一次写成 · Write a file that is not there yet, and the folders above it that are missing; a file that is there stays.

    Of several at once one wins; nobody reads half a file. `mode` and `folders` are permissions. Raises OSError, and leaves
    nothing behind then.
    """
    _make(file.parent, folders)
    draft = file.with_name(f".{file.name}.{token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(handle, "wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
        with suppress(FileExistsError):
            os.link(draft, file)
    finally:
        draft.unlink()
    _keep_names(file.parent)


def _make(folder: Path, mode: int) -> None:
    if folder.is_dir():
        return
    _make(folder.parent, mode)
    folder.mkdir(mode=mode, exist_ok=True)
    _keep_names(folder.parent)


def _keep_names(folder: Path) -> None:
    # A name is a folder's content: without this a power cut may take the file away.
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
