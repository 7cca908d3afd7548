"""工作簿范围 · How far a workbook reaches, before anything is unpacked into memory.

One stray cell in the last corner of a sheet makes a reader ask for 512 GB and the process ends:
so the corners are looked up in the file first.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # .xls, and .xlsx with a password
ZIP = b"PK\x03\x04"
CHUNK = 1 << 20
VALUED_CELL = re.compile(
    rb'<(?:\w+:)?c\s(?:[^>]*?\s)?r="([A-Z]{1,3})(\d{1,7})"(?:\s[^>]*)?(?<!/)>(?=[^<]|<[^/])'
)


class NotAWorkbook(ValueError):
    """不是工作簿 · The file is no Excel workbook (.xlsx, .xlsm or .xls) that can be read."""


class TooLarge(ValueError):
    """文件过大 · The file, a sheet or the number of rows is beyond what an import takes."""


@dataclass(frozen=True, slots=True)
class Limits:
    """上限 · What an import takes: bytes packed and unpacked, rows of a ledger, cells of a sheet."""

    file_bytes: int = 20 * 1024 * 1024
    unpacked_bytes: int = 400 * 1024 * 1024
    rows: int = 50_000
    cells: int = 5_000_000


def check_extent(data: bytes, limits: Limits) -> None:
    """检查范围 · Raises TooLarge or NotAWorkbook before a reader is asked to unpack the file."""
    if len(data) > limits.file_bytes:
        raise TooLarge(
            f"文件超过 {limits.file_bytes // 1024 // 1024} MB（现有 {len(data) / 1024 / 1024:.0f} MB），请拆分后导入"
        )
    if data.startswith(OLE):
        return
    if not data.startswith(ZIP):
        raise NotAWorkbook("文件不是 Excel 工作簿，请用 .xlsx 或 .xls 格式的台账")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            check_packed(packed, limits)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, zlib.error) as error:
        raise NotAWorkbook("工作簿已损坏，无法打开") from error


def check_packed(packed: zipfile.ZipFile, limits: Limits) -> None:
    """检查压缩包 · The parts of an .xlsx: unpacked size, and the corner of every sheet."""
    if "xl/workbook.xml" not in packed.namelist():
        raise NotAWorkbook("文件不是 Excel 工作簿，请另存为 .xlsx 后导入")
    if sum(part.file_size for part in packed.infolist()) > limits.unpacked_bytes:
        raise TooLarge(f"工作簿解压后超过 {limits.unpacked_bytes // 1024 // 1024} MB，请拆分后导入")
    for name in packed.namelist():
        if not name.startswith("xl/media/"):  # a sheet may stand under any other name
            rows, columns = corner(packed, name)
            if rows * columns > limits.cells:
                raise TooLarge(
                    f"工作表范围过大（第 {rows} 行、第 {columns} 列仍有内容），请删去表外的零散内容"
                )


def corner(packed: zipfile.ZipFile, name: str) -> tuple[int, int]:
    """右下角 · The last row and column, from 1, that hold a value."""
    rows = columns = 0
    for chunk in chunks(packed, name):
        for cell in VALUED_CELL.finditer(chunk):
            rows = max(rows, int(cell[2]))
            columns = max(columns, column_number(cell[1]))
    return rows, columns


def chunks(packed: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """分块 · A part of the archive in pieces that never cut a tag in two, nor from what follows it.

    The last tag of a piece comes again with the next one: whether a cell is empty is seen behind it.
    """
    rest = b""
    with packed.open(name) as part:
        while piece := part.read(CHUNK):
            whole, cut, rest = (rest + piece).rpartition(b"<")
            rest = whole[whole.rfind(b"<") :] + cut + rest
            yield whole
    yield rest


def column_number(letters: bytes) -> int:
    """列号 · A -> 1, Z -> 26, AA -> 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
