"""示例服务年 · `hazard sample-year`: what no ledger tells of a street: its form, a service plan, a campaign, an expert's visit."""

import sys
from datetime import datetime
from functools import partial
from itertools import count
from pathlib import Path
from uuid import UUID, uuid5

from contracts.values import SizeClass
from services.cli.calling import CallingSettings, NotRunning, client, token_of
from services.cli.demo_service import publish_form, serve
from services.cli.demo_story import PEOPLE, DemoFailed, Story
from services.hazard.ledger.identity import enterprise_id
from services.hazard.ledger.reading import read
from services.hazard.occasion import SHANGHAI

SAMPLE = UUID(
    "0d3b6a52-8c5f-5a0e-9a55-3b1f6c2e7d48"
)  # of the keys under which it is sent: sent again it is the same
LARGE = frozenset({SizeClass.ABOVE, SizeClass.LARGE})
SERVED = ("机械制造", "五金制品")  # industries in which the expert of the sample is versed


def sample_year(ledger: Path) -> int:
    """示例服务年 · Give the imported sample street a service plan and a campaign, over the same routes as anybody.

    Parameters
    ----------
    ledger
        已导入的示例台账 · The sample ledger that was imported.
    """
    name = served(ledger)
    if name is None:
        print("示例台账中没有规模以上的机械企业，不制定服务计划 · no enterprise to serve")
        return 0
    settings = CallingSettings()
    number = count()
    try:
        with client(settings) as web:
            story = Story(
                web,
                partial(token_of, settings),
                datetime.now(SHANGHAI).date(),
                lambda _: None,
                town=settings.town,
                enterprise=str(enterprise_id(settings.town, name)),
                key=lambda: str(uuid5(SAMPLE, f"{settings.town}/{next(number)}")),
            )
            for who in ("clerk", "expert"):
                story.ids[who] = story.register(*PEOPLE[who])
            serve(story, publish_form(story))
    except (NotRunning, DemoFailed) as error:
        print(f"示例服务年未完成：{error}", file=sys.stderr)
        return 1
    print(f"已为 {name} 制定服务计划，专家已检查一次；专项行动进行中")
    return 0


def served(ledger: Path) -> str | None:
    """服务对象 · The first enterprise above scale whose industry the expert knows."""
    rows = read(ledger.read_bytes()).rows
    return next((row.enterprise for row in rows if row.size_class in LARGE and row.industry in SERVED), None)
