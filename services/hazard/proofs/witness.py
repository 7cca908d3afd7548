"""见证目录 · A folder that keeps every checkpoint: on another disk, or one that another agency collects from.

    <folder>/<log id>/<size ÷ 10,000, ten digits>/<size, fourteen digits>.txt

One file for each checkpoint, the note itself, written once and never changed. Who holds it can prove that the log was
cut or rewritten; a witness on the disk of the log proves little.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

from services.files import write_once
from services.hazard.proofs.note import BadNote, Checkpoint, parsed

SIZES_OF_A_FOLDER: Final = 10_000
READABLE, PASSABLE = 0o444, 0o755  # a note holds nothing secret


class Contradicted(Exception):
    """与见证不符 · What was signed before cannot be the beginning of the log that is there now."""


@dataclass(frozen=True, slots=True)
class Witness:
    """见证目录 · See the module. Its methods wait for a disk: call them in a thread."""

    folder: Path

    def latest(self, log_id: UUID) -> Checkpoint | None:
        """最新检查点 · The largest it holds of a log, None when it holds none.

        Raises OSError when it cannot be read, BadNote for a file that is no checkpoint of that log and size.
        """
        for folder in _numbered(self.folder / str(log_id)):
            for file in _numbered(folder):
                return self._read(file, log_id)
        return None

    def keep(self, note: str) -> None:
        """保存 · Keep a checkpoint. Raises OSError, BadNote, and Contradicted when it holds another of that size."""
        checkpoint = parsed(note)
        file = self._file(checkpoint)
        write_once(file, note.encode(), mode=READABLE, folders=PASSABLE)
        held = self._read(file, checkpoint.log_id)
        if held.root != checkpoint.root:
            raise Contradicted(f"{file} holds another root for size {checkpoint.size}")

    def _file(self, checkpoint: Checkpoint) -> Path:
        size = checkpoint.size
        folder = self.folder / str(checkpoint.log_id) / f"{size // SIZES_OF_A_FOLDER:010}"
        return folder / f"{size:014}.txt"

    def _read(self, file: Path, log_id: UUID) -> Checkpoint:
        try:
            found = parsed(file.read_text("utf-8"))
        except ValueError as error:  # BadNote, or bytes that are no text
            raise BadNote(f"{file}: {error}") from error
        if (found.log_id, f"{found.size:014}") != (log_id, file.stem):
            raise BadNote(f"{file} holds a checkpoint of {found.origin} at size {found.size}")
        return found


def _numbered(folder: Path) -> Iterator[Path]:
    """What is named by a number there, the largest first; drafts and strangers are left alone."""
    try:
        found = [path for path in folder.iterdir() if path.stem.isdecimal()]
    except FileNotFoundError:
        return
    yield from sorted(found, key=lambda path: path.name, reverse=True)
