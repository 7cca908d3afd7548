"""报告 · A table for people: each measure with its value, its yardstick and whether the target is met."""

from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

from services.cli.bench.figures import Figures, rounded

WIDE = 100  # columns of a terminal that shows the range as well
MET, MISSED, NO_TARGET = "[green]✓[/]", "[red]✗[/]", ""


@dataclass(frozen=True, slots=True)
class Row:
    """一行 · A key and its name for people; what it is divided by, or nothing; the least or the most it should be."""

    key: str
    name: str
    unit: str = "/s"
    by: str | None = None
    least: float | None = None
    most: float | None = None


ROWS = (
    Row("http.noop_rps", "空操作端点（尺子） · no-op endpoint, the yardstick"),
    Row(
        "http.short_noop_rps",
        "捷径上的空操作 · no-op by the commands' short way",
        by="http.noop_rps",
    ),
    Row("http.bare_noop_rps", "无正文无凭证的空操作 · no-op without body or token", by="http.noop_rps"),
    Row("http.stock_rps", "原样的库（尺子） · stock library, the yardstick", by="http.noop_rps"),
    Row("http.ours_rps", "创建 · creations", by="http.noop_rps", least=0.4),
    Row(
        "http.ours_rps",
        "创建，对原样的库 · creations against the stock library",
        by="http.stock_rps",
        least=5,
    ),
    Row("http.ours_paused_rps", "创建，转发暂停 · creations, relay paused", by="http.noop_rps"),
    Row("http.loading_rps", "读取后修改 · loading commands", by="http.noop_rps", least=0.25),
    Row("http.loading_paused_rps", "读取后修改，转发暂停 · loading, relay paused", by="http.noop_rps"),
    Row("http.ours_p50_ms", "创建 p50 · creations, p50", "ms"),
    Row("http.p99_ms", "创建 p99 · creations, p99", "ms", by="http.noop_p99_ms"),
    Row("http.loading_p99_ms", "读取后修改 p99 · loading, p99", "ms", by="http.noop_p99_ms"),
    Row("http.clients_1.ours_rps", "创建，1 个客户端 · creations, 1 client", by="http.clients_1.noop_rps"),
    Row(
        "http.clients_1.loading_rps",
        "读取后修改，1 个客户端 · loading, 1 client",
        by="http.clients_1.noop_rps",
    ),
    Row("http.clients_1.stock_rps", "原样的库，1 个客户端 · stock, 1 client", by="http.clients_1.noop_rps"),
    Row(
        "http.clients_64.ours_rps", "创建，64 个客户端 · creations, 64 clients", by="http.clients_64.noop_rps"
    ),
    Row(
        "http.clients_64.loading_rps",
        "读取后修改，64 个客户端 · loading, 64 clients",
        by="http.clients_64.noop_rps",
    ),
    Row(
        "http.clients_64.stock_rps",
        "原样的库，64 个客户端 · stock, 64 clients",
        by="http.clients_64.noop_rps",
    ),
    Row("generator.rps", "负载发生器上限 · load generator on a trivial server", by="http.noop_rps", least=2),
    Row("append.bulk_eps", "批量追加（含链） · bulk append with the chain", "事件/s", by="append.sql_eps"),
    Row("append.bulk_eps", "批量追加目标 · bulk append, target", "事件/s", least=25_000),
    Row("relay.p50_ms", "受理至送达 p50 · accepted → stream, p50", "ms"),
    Row("relay.p99_ms", "受理至送达 p99 · accepted → stream, p99", "ms", most=100),
    Row("load.ms_20", "读取 20 个事件 · load 20 events", "ms"),
    Row("load.ms_200", "读取 200 个事件 · load 200 events", "ms", by="load.ms_20"),
    Row("load.ms_2000", "读取 2000 个事件 · load 2,000 events", "ms", by="load.ms_20"),
    Row("load.whole_ms_2000", "同上，无快照 · the same without a snapshot", "ms", by="load.ms_20"),
    Row("growth.ms_10k", "1 万事件时一条命令 · a command at 10 k events", "ms"),
    Row("growth.ratio_100k_to_10k", "10 万对 1 万 · 100 k to 10 k", "倍", most=1.2),
    Row("growth.ratio_1m_to_10k", "100 万对 1 万 · 1 M to 10 k", "倍", most=1.2),
    Row("growth.ratio_10m_to_10k", "1000 万对 1 万 · 10 M to 10 k", "倍", most=1.2),
    Row("writers.rps", "32 个写入者 · 32 writers in 4 processes"),
    Row("writers.beside_read_rps", "旁有长读 · with a long read beside them", by="writers.rps", least=0.9),
    Row("breakdown.token_us", "凭证 · token", "µs"),
    Row("breakdown.body_us", "正文 · body", "µs"),
    Row("breakdown.guarding_us", "入口检查 · free text", "µs"),
    Row("breakdown.sender_us", "请求人 · sender", "µs"),
    Row("breakdown.read_us", "读取企业 · reading the enterprise", "µs"),
    Row("breakdown.rule_us", "规则 · rule", "µs"),
    Row("breakdown.envelope_us", "信封 · envelope", "µs"),
    Row("breakdown.encode_us", "编码 · bytes", "µs"),
    Row("breakdown.append_alone_us", "单独追加（落盘） · appending alone, synced", "µs"),
    Row("breakdown.append_of_32_us", "32 条一起追加，每条 · appending 32 together, each", "µs"),
    Row("breakdown.answer_us", "答复 · answer", "µs"),
    Row("rebuild.eps", "重建全部读模型 · rebuilding all read models", "事件/s", least=30_000),
    Row("live.eps", "跟随事件流 · following the stream", "事件/s", least=500),
    Row("visible.p50_ms", "受理至全部读模型可见 p50 · accepted → in every read model, p50", "ms", most=30),
    Row("visible.p99_ms", "受理至全部读模型可见 p99 · accepted → in every read model, p99", "ms", most=250),
    Row("tally.p95_ms", "统计 p95 · tally, p95", "ms", most=20),
    Row("as_of.p95_ms", "历史时点统计 p95 · tally as of a past position, p95", "ms", most=200),
    Row("search.p95_ms", "台账检索 p95 · ledger search, p95", "ms", most=100),
    Row("file.p95_ms", "一企一档 p95 · the largest enterprise's file, p95", "ms", most=100),
    Row("runner.rss_mb", "投影进程最大内存 · most memory of the projector", "MB", most=500),
)


def verdict(row: Row, value: float, ratio: float | None) -> tuple[str, str]:
    """判定 · The target in words and whether it is met; it speaks of the ratio where there is one."""
    judged = value if ratio is None else ratio
    if row.least is not None:
        return f"≥ {row.least:g}", MET if judged >= row.least else MISSED
    if row.most is not None:
        return f"≤ {row.most:g}", MET if judged <= row.most else MISSED
    return "", NO_TARGET


def show(figures: Figures) -> None:
    """展示 · The machine, then the table of what was measured, on the standard output."""
    console = Console()
    for group in ("machine", "postgres", "nats"):
        said = "，".join(
            f"{key.partition('.')[2]} {value}"
            for key, value in figures.facts.items()
            if key.startswith(f"{group}.")
        )
        console.print(f"[bold]{group}[/] {said}", highlight=False)
    table = Table("项目 · measure", "中位数 · median", "对尺子 · to its yardstick", "目标 · target")
    if wide := console.width >= WIDE:
        table.add_column("最小–最大 · range", justify="right")
    for column in table.columns[1:4]:
        column.justify = "right"
    for row in ROWS:
        if (cells := _cells(row, figures)) is not None:
            table.add_row(*cells[: 5 if wide else 4])
    console.print(table)


def _cells(row: Row, figures: Figures) -> tuple[str, ...] | None:
    value = figures.of(row.key)
    if value is None:
        return None
    taken = figures.taken[row.key]
    ratio = figures.ratio(row.key, row.by) if row.by else None
    target, met = verdict(row, value, ratio)
    return (
        row.name.replace(" · ", "\n"),
        f"{_number(value)} {row.unit}",
        "" if ratio is None or row.by is None else f"{ratio:.2f} × {shortly(row.by)}",
        f"{target} {met}",
        f"{_number(min(taken))}–{_number(max(taken))}",
    )


def shortly(key: str) -> str:
    """简称 · http.noop_rps is called noop where the whole key has no room."""
    name = key.rpartition(".")[2]
    return name.removesuffix("_rps").removesuffix("_eps")


def _number(value: float) -> str:
    return f"{rounded(value):,}"


def ratios(figures: Figures) -> dict[str, Any]:  # members of a JSON object
    """比值 · Those with a target, and whether each target is met."""
    told: dict[str, Any] = {}
    for row in ROWS:
        value = figures.of(row.key)
        if value is None or (row.least is None and row.most is None):
            continue
        ratio = figures.ratio(row.key, row.by) if row.by else None
        target, met = verdict(row, value, ratio)
        name = row.key.replace(".", "_") + (f"_to_{row.by.rpartition('.')[2]}" if row.by else "")
        told[f"targets.{name}"] = {
            "value": rounded(value if ratio is None else ratio),
            "target": target,
            "met": met == MET,
        }
    return told
