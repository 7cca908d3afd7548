"""首次装入 · What an installation is filled with once it answers: the office's own ledger, or a sample street."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import psycopg

from services.cli.calling import CallingSettings
from services.cli.supervisor import end_of
from services.servers import process
from services.servers.places import Places
from services.servers.process import Program

SAMPLE = ("--enterprises", "143", "--seed", "1")


@dataclass(frozen=True, slots=True)
class Filling:
    """装入 · How to fill: `hazard` makes a program of a subcommand and its arguments."""

    places: Places
    dsn: str
    hazard: Callable[[Sequence[str]], Program]
    tell: Callable[[str], None]

    async def ledger(self, file: Path) -> bool:
        """自有台账 · Imports an office's ledger; what was imported before is not added again."""
        self.tell(f"装入台账 {file} · loading the ledger {file}")
        town = CallingSettings().town
        self.tell(
            f"台账归属 {town}（用 HAZARD_TOWN 指定本镇街）· filed under this town; HAZARD_TOWN names yours"
        )
        if self._sample.exists():
            self.tell("注意：本目录中已有示例数据 · note: this data directory holds the sample as well")
        return await self._run("import", str(file))

    async def sample(self, today: date) -> bool:
        """示例街道 · Loads the sample into an empty log, or goes on where a start that was broken off had come.

        Does nothing where there are data of one's own. Gives False when a step failed.
        """
        if not self._sample.exists() and not await asyncio.to_thread(is_empty, self.dsn):
            return True
        if self._loaded.exists():
            return True
        self.tell("装入示例街道（143 家企业）· loading a sample street (143 enterprises)")
        if not self._sample.exists() and not await self._make_sample(today):
            return False
        if not await self._run("import", str(self._sample)):
            return False
        if not await self._run("sample-year", str(self._sample)):
            return False
        self._loaded.touch()
        return True

    @property
    def _sample(self) -> Path:
        return self.places.root / "sample.xlsx"

    @property
    def _loaded(self) -> Path:
        return self.places.root / "sample.loaded"

    async def _make_sample(self, today: date) -> bool:
        draft = self._sample.with_name("sample.new.xlsx")
        if not await self._run("sample", *SAMPLE, "--today", today.isoformat(), "--out", str(draft)):
            return False
        draft.replace(self._sample)
        return True

    async def _run(self, *arguments: str) -> bool:
        """Runs a subcommand to its end where people see its progress; cancelled, it is stopped first."""
        running = process.start(self.hazard(arguments))
        try:
            status = await end_of(running)
        finally:
            await asyncio.to_thread(process.stop, running)
        if status:
            self.tell(f"未完成：{arguments[0]} · `hazard {arguments[0]}` ended with status {status}")
        return status == 0


def is_empty(dsn: str) -> bool:
    """是否为空 · Whether nothing has ever been recorded in the log."""
    with psycopg.connect(dsn) as connection:
        row = connection.execute("select not exists (select from log.events)").fetchone()
    assert row is not None
    return bool(row[0])
