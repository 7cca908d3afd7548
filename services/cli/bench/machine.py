"""机器 · What the figures were taken on: without it a figure means nothing."""

import os
import platform
import subprocess
import time
from pathlib import Path
from statistics import median
from typing import Any

import psutil
import psycopg

from services.cli.bench.generator import NAME
from services.cli.bench.stand import Stand

DURABLE = ("fsync", "synchronous_commit", "full_page_writes", "wal_sync_method")
SYNCS = 50
BLOCK = bytes(8192)
GIGABYTE = 2**30
IN_MEMORY = frozenset({"tmpfs", "ramfs"})


def facts(stand: Stand) -> dict[str, Any]:  # any JSON
    """情况 · Cores, memory, kernel, where the data are and what a sync costs there, versions, durability, commit."""
    with psycopg.connect(stand.running.dsn) as connection:
        settings = {name: _shown(connection, name) for name in DURABLE}
        version = _shown(connection, "server_version")
    assert stand.running.own_nats is not None
    return {
        "machine.cores": os.cpu_count(),
        "machine.processor": processor(),
        "machine.memory_gb": round(psutil.virtual_memory().total / GIGABYTE, 1),
        "machine.kernel": platform.release(),
        "machine.python": platform.python_version(),
        "machine.load_before": round(os.getloadavg()[0], 2),
        "machine.filesystem": filesystem(stand.places.root),
        "machine.fsync_ms": round(sync_ms(stand.places.root), 3),
        "machine.commit": commit(),
        "postgres.version": version,
        **{f"postgres.{name}": value for name, value in settings.items()},
        "nats.version": _nats_version(stand.running.own_nats.program.argv[0]),
        "nats.sync_interval": "always",
        "generator.name": NAME,
    }


def _shown(connection: psycopg.Connection[Any], name: str) -> str:  # a row has no types
    row = connection.execute("select current_setting(%s)", (name,)).fetchone()
    assert row is not None
    return str(row[0])


def _nats_version(binary: str) -> str:
    said = subprocess.run([binary, "--version"], capture_output=True, text=True, check=False)  # noqa: S603 — our own binary
    return said.stdout.strip().rpartition(" ")[2]


def processor() -> str:
    """处理器 · Its model as Linux names it, or what Python knows elsewhere."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")


def filesystem(folder: Path) -> str:
    """文件系统 · The kind that a folder is on: in memory a sync costs nothing, and the figures say nothing."""
    mounts = [part for part in psutil.disk_partitions(all=True) if folder.is_relative_to(part.mountpoint)]
    return str(max(mounts, key=lambda part: len(part.mountpoint)).fstype) if mounts else ""


def sync_ms(folder: Path) -> float:
    """落盘用时 · Milliseconds to write one page to the disk and know it is there, as PostgreSQL does it; the median."""
    file = folder / "sync.probe"
    times = []
    with file.open("wb", buffering=0) as opened:
        for _ in range(SYNCS):
            began = time.perf_counter()
            opened.write(BLOCK)
            os.fdatasync(opened.fileno())
            times.append(time.perf_counter() - began)
    file.unlink()
    return median(times) * 1000


def commit() -> str | None:
    """提交 · The commit of the checkout this runs from, with + when files differ from it; None outside one."""

    def git(*arguments: str) -> str | None:
        folder = Path(__file__).parent
        try:
            said = subprocess.run(  # noqa: S603 — fixed arguments
                ("git", "-C", str(folder), *arguments),  # noqa: S607 — whichever git the machine has
                capture_output=True,
                text=True,
                check=False,
            )
        except OSError:
            return None
        return said.stdout.strip() if said.returncode == 0 else None

    head = git("rev-parse", "--short", "HEAD")
    return f"{head}+" if head and git("status", "--porcelain") else head
