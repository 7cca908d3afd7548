"""生成示例台账 · `hazard sample`: the ledger of an invented street, to look around with."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from services.hazard.ledger.sample import make_sample
from services.hazard.occasion import SHANGHAI


def sample(
    *,
    enterprises: Annotated[int, Parameter(validator=Number(gte=1, lte=10_000))] = 143,
    seed: int = 1,
    today: date | None = None,
    out: Path = Path("ledger.xlsx"),
) -> None:
    """生成示例台账 · Write the ledger of an invented street; the same arguments write the same bytes.

    Parameters
    ----------
    enterprises
        企业数 · How many enterprises the street has.
    seed
        随机种子 · Another seed is another street.
    today
        截止日期 · The day the ledger ends, e.g. 2026-11-20; by default today in Shanghai.
    out
        输出文件 · Where to write the workbook.
    """
    day = today or datetime.now(SHANGHAI).date()
    finds = make_sample(enterprises=enterprises, seed=seed, today=day, out=out)
    print(f"已写入 {out}：企业 {enterprises} 家，隐患 {finds} 条，截止 {day.isoformat()}")
