"""Word · The door to docxtpl: a template that an office edits in Word, and a paper's content, become a document.

The bytes depend on template and content alone: no time of making, no order of a folder, no compression.
"""

import re
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date
from importlib.metadata import version
from io import BytesIO
from typing import Any, Final, NoReturn

from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage
from jinja2 import TemplateError, Undefined, nodes
from jinja2.sandbox import SandboxedEnvironment

from contracts.paper import PaperKind
from services.hazard.papers import qr
from services.hazard.papers.fields import QR, content_of, example, shape
from services.hazard.refused import Refused

PACKAGES: Final = ("docxtpl", "python-docx", "jinja2", "lxml")
EPOCH: Final = (1980, 1, 1, 0, 0, 0)  # the first instant that a zip archive can name
FIRST: Final = "[Content_Types].xml"
PROPERTIES: Final = "docProps/core.xml"
QR_WIDTH: Final = Mm(19)
LARGEST: Final = 20 * 1024 * 1024  # bytes of a template, unpacked
PARTS: Final = re.compile(r"^word/(document|header\d*|footer\d*)\.xml$")
CORE: Final = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    '<dcterms:created xsi:type="dcterms:W3CDTF">{day}T00:00:00Z</dcterms:created>'
    '<dcterms:modified xsi:type="dcterms:W3CDTF">{day}T00:00:00Z</dcterms:modified>'
    "</cp:coreProperties>"
)

Tree = Mapping[str, Any]  # Any: see fields.shape


class TemplateFieldUnknown(Refused):
    """模板中有不认识的字段 · A template asks for something that no paper of its kind says."""


class TemplateUnreadable(Refused):
    """模板无法使用 · It is no Word document, or what stands between its braces cannot be read."""


def made_with() -> str:
    """排版程序 · The packages that the bytes depend on, with their versions."""
    return "，".join(f"{name} {version(name)}" for name in PACKAGES)


class _Unknown(Undefined):
    """A field that is not there: refused by its name, wherever a template would print or read it."""

    def _refuse(self, *_: object) -> NoReturn:
        raise TemplateFieldUnknown(f"模板中有不认识的字段「{self._undefined_name}」")

    __str__ = __iter__ = __len__ = __bool__ = __getattr__ = __getitem__ = __eq__ = _refuse
    __hash__ = Undefined.__hash__


def _words() -> SandboxedEnvironment:
    return SandboxedEnvironment(undefined=_Unknown, autoescape=True)


def render(template: bytes, context: Mapping[str, object], dated: date) -> bytes:
    """成文 · A paper by its template; `dated` is what the file says of its own making.

    Raises TemplateFieldUnknown, TemplateUnreadable.
    """
    try:
        document = DocxTemplate(BytesIO(template))
        document.init_docx()
        picture = InlineImage(
            document, BytesIO(qr.png(str(context["查验网址"]))), width=QR_WIDTH, height=QR_WIDTH
        )
        document.render({**context, QR: picture}, _words())
        made = BytesIO()
        document.save(made)
    except TemplateError as error:
        raise TemplateUnreadable(f"模板中的花括号内容无法理解：{error}") from None
    except (KeyError, ValueError, zipfile.BadZipFile) as error:
        raise TemplateUnreadable("模板不是可以读取的 Word 文件（.docx）") from error
    return settled(made.getvalue(), dated)


def settled(made: bytes, dated: date) -> bytes:
    """定稿 · The same document in one order, at one time, uncompressed: what packs it no longer matters."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(made)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as after:
        for name in sorted(before.namelist(), key=lambda name: (name != FIRST, name)):
            body = before.read(name)
            if name == PROPERTIES:
                body = CORE.format(day=dated.isoformat()).encode()
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.create_system = 3
            entry.external_attr = 0o600 << 16
            after.writestr(entry, body)
    return out.getvalue()


def check(template: bytes, kind: PaperKind) -> None:
    """检查模板 · Every name it asks for is a field of this paper, and it can be filled.

    Raises TemplateFieldUnknown with all the names that nobody knows, TemplateUnreadable.
    """
    unknown = sorted({name for part in _sources(template) for name in _unknown(part, kind)})
    if unknown:
        named = "、".join(f"「{name}」" for name in unknown)
        raise TemplateFieldUnknown(f"{kind.zh}的模板中有不认识的字段：{named}")
    render(template, example(kind), date(2026, 1, 1))


def _sources(template: bytes) -> Iterator[str]:
    """The text of each part that is filled in, as docxtpl hands it to the template language."""
    try:
        with zipfile.ZipFile(BytesIO(template)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > LARGEST:
                raise TemplateUnreadable("模板过大")
            parts = [archive.read(name).decode() for name in archive.namelist() if PARTS.match(name)]
        document = DocxTemplate(BytesIO(template))
    except (KeyError, ValueError, zipfile.BadZipFile):
        raise TemplateUnreadable("模板不是可以读取的 Word 文件（.docx）") from None
    yield from (document.patch_xml(part) for part in parts)


def _unknown(source: str, kind: PaperKind) -> Iterator[str]:
    try:
        tree = _words().parse(source)
    except TemplateError as error:
        raise TemplateUnreadable(f"模板中的花括号内容无法理解：{error}") from None
    yield from _read(tree, {**shape(content_of(kind)), QR: None})


def _read(node: nodes.Node, known: Tree) -> Iterator[str]:
    """Names that nobody knows at or below a node; within a loop its variable is known as well."""
    if isinstance(node, nodes.For):
        yield from _read(node.iter, known)
        inside = {**known, "loop": ..., **_loop(node, known)}
        for child in (*node.body, *node.else_, *([node.test] if node.test else [])):
            yield from _read(child, inside)
        return
    if isinstance(node, nodes.Assign) or (isinstance(node, nodes.Name) and node.ctx != "load"):
        for child in node.iter_child_nodes():
            yield from _read(child, known)
        return
    if isinstance(node, nodes.Name | nodes.Getattr):
        path = _path(node)
        if path:
            if not _there(path, known):
                yield ".".join(path)
            return
    for child in node.iter_child_nodes():
        yield from _read(child, known)


def _loop(node: nodes.For, known: Tree) -> dict[str, object]:
    rows = _at(_path(node.iter), known)
    if isinstance(node.target, nodes.Name):
        return {node.target.name: rows[0] if isinstance(rows, list) else ...}
    return {}


def _path(node: nodes.Node) -> tuple[str, ...]:
    """The names of a.b.c; nothing for what is not plainly a name."""
    if isinstance(node, nodes.Name):
        return (node.name,)
    if isinstance(node, nodes.Getattr):
        before = _path(node.node)
        return (*before, node.attr) if before else ()
    return ()


def _at(path: tuple[str, ...], known: Tree) -> object:
    here: object = known
    for name in path:
        if here is ... or not isinstance(here, Mapping) or name not in here:
            return here if here is ... else None
        here = here[name]
    return here


def _there(path: tuple[str, ...], known: Tree) -> bool:
    here: object = known
    for name in path:
        if here is ...:
            return True  # what the template language itself knows of a loop
        if not isinstance(here, Mapping) or name not in here:
            return False
        here = here[name]
    return True
