"""模板 · The templates that are shipped, and those that an office has put in their place."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from contracts.paper import PaperKind

HERE: Final = Path(__file__).parent
LAYOUT: Final = "layout.typ"
FOLDER: Final = "templates"  # of a data directory: where an office's own templates are


@dataclass(frozen=True, slots=True)
class Templates:
    """模板库 · Word templates of the office by the paper's name, such as 隐患清单.docx; else the shipped ones."""

    folder: Path | None = None

    def word(self, kind: PaperKind) -> bytes:
        """Word 模板 · The office's own, if it has put one there."""
        own = self.own(kind)
        return (own if own and own.is_file() else shipped(kind)).read_bytes()

    def own(self, kind: PaperKind) -> Path | None:
        """本单位模板 · Where the office's own template of a paper would be."""
        return self.folder / f"{kind.zh}.docx" if self.folder else None

    def pdf(self, kind: PaperKind) -> bytes:
        """PDF 模板 · The layout that all papers share, and the paper's own part, as one text."""
        return (HERE / LAYOUT).read_bytes() + b"\n" + (HERE / f"{kind.value}.typ").read_bytes()


def shipped(kind: PaperKind) -> Path:
    """随附模板 · The Word template that comes with the program."""
    return HERE / f"{kind.value}.docx"


SHIPPED: Final = Templates()  # nothing of an office's own
