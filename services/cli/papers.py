"""文书 · `hazard papers`: what a template may ask for, whether one is in order, and putting an office's own in place."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final

from cyclopts import App, Parameter
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from contracts.paper import PaperKind
from services.hazard.papers import docx
from services.hazard.papers.fields import fields
from services.hazard.papers.templates import FOLDER, Templates, shipped
from services.hazard.refused import Refused

REFUSED: Final = 2
KINDS: Final = "、".join(f"{kind.zh}（{kind.value}）" for kind in PaperKind)

app = App(
    name="papers",
    help=f"""文书 · Word templates of papers: their fields, checking one, putting an office's own in place.

随附模板可以用 Word 修改：标题、字体、措辞、表格都可以动，花括号中的字段名不能写错。改好后检查、安装，以后出具的文书即用本单位模板；
已出具的文书仍按当时的模板重现。文书种类：{KINDS}。
The shipped templates may be changed in Word; the names in braces are the fields. Papers issued before keep their template.

hazard papers template 隐患清单 隐患清单.docx

hazard papers fields 隐患清单

hazard papers check 隐患清单.docx --kind 隐患清单

hazard papers install 隐患清单.docx --kind 隐患清单
""",
)

KindArgument = Annotated[str, Parameter(help="文书种类，中文名或代码 · which paper")]
KindOption = Annotated[
    str | None,
    Parameter(name="--kind", help="文书种类；不写则按文件名 · which paper; unset: by the file's name"),
]
FileArgument = Annotated[Path, Parameter(help="Word 文件（.docx） · the template")]


class TemplateSettings(BaseSettings):
    """模板设置 · Where an office's own templates are."""

    model_config = SettingsConfigDict(env_prefix="HAZARD_", frozen=True, extra="ignore")

    data_dir: Path = Path(".data")
    templates: Path | None = Field(default=None, description="本单位模板目录；不设则为 <data>/templates")

    @property
    def folder(self) -> Path:
        """目录 · Of the office's own templates."""
        return self.templates or self.data_dir / FOLDER


class Unwilling(Exception):
    """不予办理 · Why nothing was done, in a sentence."""


def told(work: Callable[[], None]) -> int:
    """答复 · 0 when it was done; else the reason on standard error, and 2."""
    try:
        work()
    except (Unwilling, Refused) as refusal:
        print(refusal, file=sys.stderr)
        return REFUSED
    except BrokenPipeError:
        raise  # whoever read our output has seen enough
    except OSError as error:
        print(f"{error.filename}：{error.strerror}", file=sys.stderr)
        return REFUSED
    return 0


def kind_of(named: str | None, file: Path | None = None) -> PaperKind:
    """文书种类 · By its Chinese name or code; else by the file's name. Raises Unwilling."""
    wanted = named or (file.stem if file else "")
    for kind in PaperKind:
        if wanted in (kind.value, kind.zh):
            return kind
    raise Unwilling(f"没有「{wanted}」这种文书，应为：{KINDS}")


@app.command(name="fields")
def list_fields(kind: KindArgument) -> int:
    """字段 · List the fields of a paper, with their meaning and an example.

    模板中写 {{文号}}；成组的写 {{负责人.姓名}}；逐条的用循环，如表格中一行 {%tr for 项 in 隐患 %}，下一行 {{项.问题}}，再下一行
    {%tr endfor %}，段落用 {%p for 项 in 隐患 %}。二维码写 {{二维码}}。
    """

    def listed() -> None:
        for one in fields(kind_of(kind)):
            example = f"　例：{one.example}" if one.example else ""
            print(f"{one.name}　{one.meaning}{example}")

    return told(listed)


@app.command
def template(kind: KindArgument, file: FileArgument) -> int:
    """导出模板 · Write the template in use to a file, to be changed in Word; an existing file is left alone."""

    def written() -> None:
        wanted = kind_of(kind)
        if file.exists():
            raise Unwilling(f"{file} 已存在，没有覆盖 · left alone")
        file.write_bytes(Templates(TemplateSettings().folder).word(wanted))
        print(f"已写出 {file} · written")

    return told(written)


@app.command
def check(file: FileArgument, *, kind: KindOption = None) -> int:
    """检查模板 · Whether every name in braces is a field of this paper; the unknown ones by name.

    有不认识的字段时逐个列出并返回 2。
    """

    def checked() -> None:
        wanted = kind_of(kind, file)
        docx.check(file.read_bytes(), wanted)
        print(f"{wanted.zh}的模板可以使用 · in order")

    return told(checked)


@app.command
def install(file: FileArgument, *, kind: KindOption = None) -> int:
    """安装模板 · Check a template and put it in place: papers issued from now on are made with it."""

    def installed() -> None:
        wanted = kind_of(kind, file)
        content = file.read_bytes()
        docx.check(content, wanted)
        place = TemplateSettings().folder / f"{wanted.zh}.docx"
        place.parent.mkdir(parents=True, exist_ok=True)
        beside = place.with_suffix(".new")
        beside.write_bytes(content)
        beside.replace(place)
        print(f"已安装 {place} · installed")

    return told(installed)


@app.command
def restore(kind: KindArgument) -> int:
    """恢复随附模板 · Take the office's own template away; papers are made with the shipped one again."""

    def restored() -> None:
        wanted = kind_of(kind)
        own = TemplateSettings().folder / f"{wanted.zh}.docx"
        own.unlink(missing_ok=True)
        print(f"{wanted.zh}恢复使用随附模板 {shipped(wanted).name} · restored")

    return told(restored)
