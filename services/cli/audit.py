"""审计 · `hazard audit export` and `hazard audit verify`: hand a trail to a judge, and look over the whole log."""

import logging
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any, TypeVar

import psycopg
import uvloop
from cyclopts import App, Parameter
from nats.errors import Error as NatsError

from services import logs
from services.cli.audit_export import Exported, Refused, export_trail
from services.cli.audit_settings import AuditSettings
from services.cli.audit_verify import LIMITS, Audit, audit
from services.cli.events import NotThere
from services.keyfiles import UnfitKey
from services.keys import UnfitKeys

TRAIL = Path("trail.zip")
CANNOT_READ = 2
AWAY = (NatsError, OSError, TimeoutError)

Done = TypeVar("Done")

app = App(name="audit", help="审计 · Prove a trail, verify the log")


@app.command
def export(
    hazard: str,
    *,
    output: Annotated[Path, Parameter(name=["--output", "-o"])] = TRAIL,
    photos: bool = False,
    names: bool = True,
    reader: str = "system/audit",
    force: bool = False,
) -> int:
    """导出一条隐患的完整履历 · Write the complete, provable trail of one hazard into one archive.

    压缩包里有每一步的原始字节、包含证明、签名的清单、检查点、可打印的中文履历 trail.html 和核验程序 verify.py。
    例：hazard audit export HZ-330111-2026-000123 -o 履历.zip；对方核验：python verify.py 履历.zip --key 指纹
    须在日志签名密钥所在的机器上运行：HAZARD_DATA_DIR 下的 keys/log.pem，或 HAZARD_LOG_KEY 指明的文件。

    Parameters
    ----------
    hazard
        隐患编号（HZ-…）或系统标识 · Its number or its id.
    output
        写到哪里 · Where to write it.
    photos
        附上照片 · Put the photographs into it, too; without them it holds their digests.
    names
        履历页上写姓名 · Show names on the page; each reading is written down.
    reader
        谁要看姓名 · Who reads the names, a person id or a service.
    force
        覆盖已有文件 · Overwrite a file that is there.
    """
    if output.exists() and not force:
        print(f"文件已存在：{output}。覆盖请加 --force", file=sys.stderr)
        return 1
    logs.configure(level=logging.WARNING)
    work = export_trail(AuditSettings(), hazard, output, photos=photos, reader=reader if names else None)
    done = _answered(work)
    if done is None:
        return 1
    _tell(done)
    return 0


@app.command
def verify(
    *,
    key: tuple[str, ...] = (),
    witness: tuple[Path, ...] = (),
    stream: bool = True,
    json: bool = False,
) -> int:
    """核对整个日志 · Check the whole log: bytes, chain, tree, checkpoints, witnesses, tables, and the stream.

    退出码 exit status：0 未见改动，1 发现改动，2 无法读取。另有机器可读的 --json。

    Parameters
    ----------
    key
        所固定的公钥指纹 · Fingerprints that may sign; of the installation's own key when none is given.
    witness
        见证目录 · Folders of witnessed checkpoints; HAZARD_WITNESS_DIR, else <data>/witness.
    stream
        也核对事件流 · Compare the stream, too; --no-stream when NATS is away.
    json
        以 JSON 输出 · Print one JSON object.
    """
    logs.configure(level=logging.WARNING)
    work = audit(AuditSettings(), keys=key, witnesses=witness, stream=stream, shown=not json)
    done = _answered(work)
    if done is None:
        return CANNOT_READ
    print(done.json() if json else "\n".join(_summary(done)))
    return 1 if done.findings.counts else 0


def _answered(work: Coroutine[Any, Any, Done]) -> Done | None:
    """What came of it; nothing when something is not there or refuses, which is said."""
    try:
        return uvloop.run(work)
    except (Refused, NotThere, UnfitKey, UnfitKeys) as reason:
        print(reason, file=sys.stderr)
    except psycopg.Error as error:
        print(f"数据库没有应答，或还没有备好：{error}", file=sys.stderr)
    except AWAY as error:
        print(f"消息服务器或文件读不到：{error or type(error).__name__}", file=sys.stderr)
    return None


def _tell(done: Exported) -> None:
    print(f"履历已写入 {done.file}：{done.events} 条事件，日志前 {done.size} 条，检查点签于 {done.at}")
    if done.photos_missing:
        print(f"有 {done.photos_missing} 张照片在附件库中找不到，只附摘要")
    print(f"公钥指纹，请另行告知对方：{done.fingerprint}")
    print(f"核验：python verify.py {done.file.name} --key {done.fingerprint} --witness 见证文件夹")


def _summary(done: Audit) -> list[str]:
    walked, compared = done.walked, done.compared
    rate = walked.events / walked.seconds if walked.seconds else 0
    lines = [
        f"日志 {done.extent.log_id}",
        f"核对 {walked.events} 条事件、{walked.streams} 个对象、{walked.tiles} 块瓦片、{done.kept} 个检查点、{done.witnessed} 个见证",
        f"用时 {walked.seconds:.1f} 秒，每秒 {rate:,.0f} 条",
        "事件流：未核对" if compared is None else f"事件流：逐条核对 {compared.messages} 条消息",
    ]
    for each in done.findings.kept:
        where = "" if each.position is None else f"第 {each.position} 位  "
        lines.append(f"[X] {each.code}  {where}{each.sentence}" + (f"：{each.detail}" if each.detail else ""))
    lines += [f"    {code} 共 {count} 处" for code, count in done.findings.counts.items()]
    lines += [
        f"[!] {code}  {LIMITS[code]}" + (f"（{where}）" if where else "") for code, where in done.limits
    ]
    total = done.findings.counts.total()
    first = "" if done.findings.first is None else f"，最早在第 {done.findings.first} 位"
    lines.append(
        f"结论：发现 {total} 处不符{first} · tampering found" if total else "结论：未发现不符 · nothing found"
    )
    return lines
