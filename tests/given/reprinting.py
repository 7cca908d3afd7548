"""给定 · Another process on another day makes papers again: `python -m given.reprinting <dsn> <data> <days>`.

The ids come one a line; for each it writes out the digests of what it made, one JSON object a line.
"""

import asyncio
import json
import sys
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from services import erasing
from services.attachments import Attachments
from services.hazard.handling import Handling
from services.hazard.papers.issuing import PAPER, PaperDesk, remake
from services.hazard.papers.templates import Templates
from services.hazard.policy import read_policy
from services.hazard.store import Log, writer_pool


def digest(body: bytes) -> str:
    return f"sha256:{sha256(body).hexdigest()}"


async def reprint(dsn: str, data: Path, days: int) -> None:
    later = datetime.now(UTC) + timedelta(days=days)
    async with erasing.opened(dsn, data) as people, writer_pool(dsn) as pool:
        handling = Handling(Log(pool), read_policy(), lambda: later)
        desk = PaperDesk(
            handling=handling,
            people=people,
            attachments=Attachments.at(data),
            templates=Templates(),
            public_url="https://moved.example.org",
        )
        for line in sys.stdin:
            key = line.strip()
            remade = await remake(desk, key, await handling.read(PAPER, key), reader="p-9")
            made = {"id": key, "pdf": digest(remade.pair.pdf), "docx": digest(remade.pair.docx)}
            sys.stdout.write(f"{json.dumps(made)}\n")


if __name__ == "__main__":
    asyncio.run(reprint(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])))
