"""待办条目 · A duty as it is answered: what is to be done about which hazard by whom until when, and who is late."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from contracts.codes import category_name
from contracts.terms import Side
from contracts.values import Level, Role, Status
from services.projections.duties.kinds import DUTIES, Duty
from services.projections.persons import Person, person
from services.projections.reading import Names, Row
from services.projections.shanghai import local
from services.tokens import Caller

INSTANT = timedelta(microseconds=1)
EXAMPLE: JsonDict = {
    "hazard": "5b1f0c8e-2f0e-5a51-8f1e-9d6f1f2a7c10",
    "version": 7,
    "number": "HZ-330111-2026-000123",
    "duty": "REINSPECTION",
    "duty_name": "复查",
    "due": "2026-06-29T00:00:00+08:00",
    "last_day": "2026-06-28",
    "days_left": -3,
    "overdue": True,
    "side": "OFFICE",
    "side_name": "监管单位",
    "fault": "监管单位逾期3日未复查",
    "basis": "复查时限",
    "commands": ["reinspect"],
    "roles": ["TWN", "TWO", "TWL"],
    "role_names": ["镇街工作人员（无执法证）", "镇街执法人员", "镇街分管领导"],
    "office": "org-town",
    "named": False,
    "status": "SUBMITTED",
    "status_name": "待复查",
    "level": "GENERAL",
    "level_name": "一般",
    "division": "330111005003",
    "enterprise": "0f8b7c1e-4a77-5d31-9c1c-2f2f6a1f0b55",
    "enterprise_name": "某某五金制品有限公司",
    "village": "东村",
    "category": "B04",
    "category_name": "用电安全",
    "place": "2号车间",
    "description": "配电箱外壳未做保护接地",
    "found_on": "2026-06-03",
    "round": 1,
    "responsible": {"id": "p-301", "name": "王五"},
    "holder": None,
}


class DutyItem(BaseModel):
    """待办条目 · One thing to be done about one hazard."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    hazard: UUID
    version: int = Field(description="聚合版本，即 ETag；用于 If-Match")
    number: str | None = Field(description="隐患编号；登记以后才有")
    duty: Duty
    duty_name: str
    due: datetime | None = Field(
        description="应在此时之前办理；按日计的期限到当日24时为止。没有期限时为 null"
    )
    last_day: date | None = Field(description="期限的最后一日")
    days_left: int | None = Field(description="剩余天数，逾期为负")
    overdue: bool
    side: Side = Field(description="责任方：逾期计在企业还是监管单位名下")
    side_name: str
    fault: str | None = Field(description="逾期责任：谁逾期几日未办何事；未逾期时为 null")
    basis: str = Field(description="依据")
    commands: list[str] = Field(description="办理该事项的命令；是否可以办理以 /hazards/{id}/next 为准")
    roles: list[Role] = Field(description="应当办理的角色")
    role_names: list[str]
    office: str | None = Field(description="经办单位标识；没有确定到单位时为 null，由属地有权人员办理")
    named: bool = Field(description="本人即整改责任人")
    status: Status
    status_name: str
    level: Level
    level_name: str
    division: str
    enterprise: str | None
    enterprise_name: str | None
    village: str | None
    category: str | None
    category_name: str | None
    place: str | None
    description: str | None
    found_on: date
    round: int = Field(description="第几轮整改")
    responsible: Person | None
    holder: str | None = Field(description="责任单位；未移送的为属地，此处为 null")


class DutyPage(BaseModel):
    """待办一页 · What is due first, and the mark of the next page."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"items": [EXAMPLE], "next": None, "at": "2026-07-01T10:00:00+08:00"}]
        }
    )

    items: list[DutyItem]
    next: str | None = Field(description="翻页标记；没有更多时为 null")
    at: datetime = Field(description="统计时刻")


class DutyCount(BaseModel):
    """一项数量 · How many of one duty of one side are open, and how many of them are overdue."""

    duty: Duty
    duty_name: str
    side: Side
    side_name: str
    open: int
    overdue: int


class DutyFigures(BaseModel):
    """待办数量 · By duty and side, and altogether."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "items": [
                        {
                            "duty": "REINSPECTION",
                            "duty_name": "复查",
                            "side": "OFFICE",
                            "side_name": "监管单位",
                            "open": 12,
                            "overdue": 2,
                        }
                    ],
                    "open": 12,
                    "overdue": 2,
                    "overdue_enterprise": 0,
                    "overdue_office": 2,
                    "at": "2026-07-01T10:00:00+08:00",
                }
            ]
        }
    )

    items: list[DutyCount]
    open: int
    overdue: int
    overdue_enterprise: int = Field(description="其中应由企业办理的")
    overdue_office: int = Field(description="其中应由监管单位办理的")
    at: datetime = Field(description="统计时刻")


def item_of(row: Row, names: Names, caller: Caller, now: datetime) -> DutyItem:
    """条目 · A row of the query as it is shown at an instant."""
    told, what = row["told"], Duty(row["what"])
    due = datetime.fromisoformat(told["due"]) if told["due"] else None
    side, status, level = Side(told["side"]), Status(row["status"]), Level(row["level"])
    roles = [Role(role) for role in told["roles"]]
    last = local(due - INSTANT).date() if due else None
    left = (last - local(now).date()).days if last else None
    overdue = due is not None and due <= now
    shown = {
        "hazard": row["id"],
        "duty": what,
        "duty_name": what.zh,
        "due": due,
        "last_day": last,
        "days_left": left,
        "overdue": overdue,
        "side": side,
        "side_name": side.zh,
        "fault": fault_of(side, what, left) if overdue else None,
        "basis": DUTIES[what].basis,
        "commands": list(DUTIES[what].commands),
        "roles": roles,
        "role_names": [role.zh for role in roles],
        "office": told["office"],
        "named": row["responsible"] == caller.person,
        "status_name": status.zh,
        "level_name": level.zh,
        "category_name": row["category"] and category_name(row["category"]),
        "responsible": person(row["responsible"], names),
    }
    return DutyItem.model_validate(row | shown)


def fault_of(side: Side, what: Duty, left: int | None) -> str:
    """逾期责任 · Who has been late for how many days with what; of a limit in hours perhaps for none yet."""
    return f"{side.zh}逾期{-left}日未{what.zh}" if left else f"{side.zh}超过时限未{what.zh}"


def figures_of(rows: Sequence[Row], now: datetime) -> DutyFigures:
    """数量 · The counts with their sums."""
    items = [
        DutyCount(
            duty=Duty(row["what"]),
            duty_name=Duty(row["what"]).zh,
            side=Side(row["side"]),
            side_name=Side(row["side"]).zh,
            open=row["open"],
            overdue=row["overdue"],
        )
        for row in rows
    ]
    late = {side: sum(item.overdue for item in items if item.side is side) for side in Side}
    return DutyFigures(
        items=items,
        open=sum(item.open for item in items),
        overdue=sum(late.values()),
        overdue_enterprise=late[Side.ENTERPRISE],
        overdue_office=late[Side.OFFICE],
        at=local(now),
    )
