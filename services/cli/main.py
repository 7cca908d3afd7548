"""命令行 · `hazard`: one command, its subcommands by name, each imported when it is asked for."""

import os
import sys

from cyclopts import App

COMMANDS = (
    ("up", "services.cli.up:up", "启动整套系统 · Start and watch over the whole system"),
    ("status", "services.cli.status:status", "查看状态 · Show processes, readers and lag"),
    ("serve", "services.cli.serve:serve", "网页与接口进程 · Run the web process"),
    ("relay", "services.cli.relay:relay", "发布进程 · Run the relay from the log to the stream"),
    ("projector", "services.cli.projector:projector", "读模型进程 · Run the projections"),
    ("projections", "services.cli.projections:app", "读模型 · Watch over, rebuild and mend the read models"),
    ("notifier", "services.cli.notifier:notifier", "提醒进程 · Run the reminders"),
    ("token", "services.cli.token:token", "签发身份凭证 · Issue a token"),
    ("import", "services.cli.import_ledger:import_ledger", "导入台账 · Import an Excel ledger"),
    ("sample", "services.cli.sample:sample", "生成示例台账 · Write a sample ledger"),
    (
        "sample-year",
        "services.cli.sample_year:sample_year",
        "示例服务年 · Give the sample a plan and a campaign",
    ),
    ("demo", "services.cli.demo:demo", "演示 · Run the whole system through, once"),
    ("events", "services.cli.events:app", "事件 · Follow the events"),
    ("policy", "services.cli.policy:app", "政策 · Read, compare, draft and publish the policy"),
    ("papers", "services.cli.papers:app", "文书 · Templates of papers: fields, check, install"),
    ("people", "services.cli.people:app", "人员 · Erase a person for good"),
    ("log", "services.cli.log:app", "日志 · Look after the log"),
    ("audit", "services.cli.audit:app", "审计 · Prove a trail, verify the log"),
    ("bench", "services.cli.bench.command:app", "性能测试 · Measure the system beside its yardsticks"),
)


def app(*, listing: bool = False) -> App:
    """命令行 · The command `hazard` with all its subcommands.

    A listing shows a line for each without importing it; asked for itself, a subcommand shows its docstring.
    """
    hazard = App(
        name="hazard",
        help="事故隐患全生命周期 · Workplace hazards from discovery to closure, with a provable trail",
    )
    for name, place, line in COMMANDS:
        hazard.command(place, name=name, **({"help": line} if listing else {}))
    return hazard


def run() -> None:
    """入口 · The console script."""
    try:
        sys.exit(app(listing=not sys.argv[1:] or sys.argv[1].startswith("-"))())
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # Whoever read our output has seen enough; nothing may be written to it at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


if __name__ == "__main__":
    run()
