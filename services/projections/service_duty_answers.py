"""服务矩阵答复 · Plans, quarters and what is missing as they are answered."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from contracts.catalogue import BY_TYPE
from contracts.service_plan import ServiceDuty, ServiceGround
from contracts.values import Role
from services.projections.indicators import rate
from services.projections.persons import Person, person
from services.projections.reading import Names, Row

State = Literal["DONE", "OPEN", "DUE_SOON", "OVERDUE", "NOT_OWED"]
STATES: dict[State, str] = {
    "DONE": "已完成",
    "OPEN": "进行中",
    "DUE_SOON": "即将到期",
    "OVERDUE": "逾期",
    "NOT_OWED": "不要求",
}
CELLS = {ServiceDuty.CHECK: "checks", ServiceDuty.URGE: "urges", ServiceDuty.RECHECK: "rechecks"}

CELL: JsonDict = {"duty": "CHECK", "duty_name": "检查", "owed": 1, "done": 1, "missing": 0}
QUARTER: JsonDict = {
    "quarter": 2,
    "due": "2026-06-30",
    "days_left": 12,
    "state": "DUE_SOON",
    "state_name": "即将到期",
    "cells": [
        CELL,
        {"duty": "URGE", "duty_name": "督促", "owed": 1, "done": 1, "missing": 0},
        {"duty": "RECHECK", "duty_name": "复查", "owed": 1, "done": 0, "missing": 1},
    ],
}
PLAN: JsonDict = {
    "plan": "4f0f7a8e-6b35-5c0f-9a41-0d5a3c1e7b22",
    "enterprise": "7b0e1a52-3f54-5b6e-9d56-0f4a3a8e1c11",
    "enterprise_name": "蜀山精密机械有限公司",
    "village": "湖滨社区",
    "division": "330111005000",
    "year": 2026,
    "institution": "org-service-3",
    "contract": "蜀街应急服〔2026〕3号",
    "expert": {"id": "p-71", "name": "张三"},
}
ACT: JsonDict = {
    "on": "2026-04-16",
    "duty": "CHECK",
    "duty_name": "检查",
    "type": "visit.recorded",
    "type_name": "检查记录",
    "subject": "visit/e1b5c7d9-2a4f-5e68-8c90-4d7b3f6a1e25",
    "number": None,
    "by": {"id": "p-71", "name": "张三"},
    "role": "EXP",
    "role_name": "专家",
    "counts": True,
}
FIGURES: JsonDict = {
    "year": 2026,
    "as_of": "2026-06-18",
    "plans": 143,
    "served": 140,
    "coverage_rate": 97.9,
    "continuous": 141,
    "continuity_rate": 98.6,
    "overdue": 6,
}


class Cell(BaseModel):
    """一格 · One of the three in one quarter."""

    model_config = ConfigDict(json_schema_extra={"examples": [CELL]})

    duty: ServiceDuty
    duty_name: str
    owed: int = Field(description="应办次数")
    done: int = Field(description="已办次数；同一天的同类服务计一次")
    missing: int = Field(description="缺口")


class Quarter(BaseModel):
    """一季度 · The three of one quarter, and how the quarter stands on the day asked for."""

    model_config = ConfigDict(json_schema_extra={"examples": [QUARTER]})

    quarter: int
    due: date = Field(description="完成期限：季度末日")
    days_left: int = Field(description="距完成期限的天数；逾期为负")
    state: State
    state_name: str
    cells: list[Cell]


class PlanOf(BaseModel):
    """服务计划 · Whose plan it is and who serves."""

    plan: str = Field(description="服务计划标识")
    enterprise: str
    enterprise_name: str
    village: str | None
    division: str
    year: int
    institution: str = Field(description="服务机构标识")
    contract: str = Field(description="合同编号")
    expert: Person | None


class Gap(PlanOf, Quarter):
    """服务缺口 · A quarter of a plan in which something is missing."""

    model_config = ConfigDict(json_schema_extra={"examples": [PLAN | QUARTER]})

    remind_on: date = Field(description="自该日起提醒")


class GapPage(BaseModel):
    """服务缺口 · A page of them."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [PLAN | QUARTER], "next": None}]})

    items: list[Gap]
    next: str | None = Field(description="下一页的翻页标记")


class PlanItem(PlanOf):
    """服务计划 · A plan with its matrix."""

    model_config = ConfigDict(json_schema_extra={"examples": [PLAN | {"quarters": [QUARTER]}]})

    ground: ServiceGround
    ground_name: str
    duties_reason: str | None = Field(description="次数与政策不同的理由")
    proposed: Person | None = Field(description="待批的专家人选")
    expert_changes: int = Field(description="本年度更换专家次数")
    ended_on: date | None = Field(description="终止日期")
    quarters: list[Quarter]


class PlanPage(BaseModel):
    """服务计划 · A page of them."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"items": [PLAN | {"quarters": [QUARTER]}], "next": None}]}
    )

    items: list[PlanItem]
    next: str | None = Field(description="下一页的翻页标记")


class Act(BaseModel):
    """服务行为 · One act at the enterprise, whether it counts, and what it was."""

    model_config = ConfigDict(json_schema_extra={"examples": [ACT]})

    on: date = Field(description="发生日期；按当地日期归入季度")
    quarter: int
    duty: ServiceDuty
    duty_name: str
    type: str
    type_name: str
    subject: str
    number: str | None = Field(description="隐患编号")
    by: Person | None
    role: Role
    role_name: str
    counts: bool = Field(description="是否计入；不是当日服务机构实施的专家服务不计入")


class Matrix(PlanItem):
    """服务矩阵 · One plan's matrix with the acts behind it."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [PLAN | {"as_of": "2026-06-18", "quarters": [QUARTER], "acts": [ACT]}]}
    )

    as_of: date
    acts: list[Act]


class Figures(BaseModel):
    """服务指标 · How many plans there are, and how well they are kept."""

    model_config = ConfigDict(json_schema_extra={"examples": [FIGURES]})

    year: int
    as_of: date
    plans: int = Field(description="纳入服务的企业数")
    served: int = Field(description="已有现场检查服务的企业数")
    coverage_rate: float | None = Field(description="服务覆盖率，百分数")
    continuous: int = Field(description="未更换专家的企业数")
    continuity_rate: float | None = Field(description="专家包干连续率，百分数")
    overdue: int = Field(description="有逾期季度的企业数")


def quarter_of(row: Row, as_of: date) -> Quarter:
    """一季度 · The cells of a line, and its state on a day."""
    owed = row["standing"]
    cells = [_cell(row, duty, owed) for duty in ServiceDuty]
    missing = any(cell.missing for cell in cells)
    state = _state(row, cells, missing, as_of)
    return Quarter(
        quarter=row["quarter"],
        due=row["due"],
        days_left=(row["due"] - as_of).days,
        state=state,
        state_name=STATES[state],
        cells=cells,
    )


def _cell(row: Row, duty: ServiceDuty, owed: bool) -> Cell:
    column = CELLS[duty]
    wanted, done = row[column] if owed else 0, row[f"{column}_done"]
    return Cell(duty=duty, duty_name=duty.zh, owed=wanted, done=done, missing=max(wanted - done, 0))


def _state(row: Row, cells: Sequence[Cell], missing: bool, as_of: date) -> State:
    if not any(cell.owed for cell in cells):
        return "NOT_OWED"
    if not missing:
        return "DONE"
    if row["due"] < as_of:
        return "OVERDUE"
    return "DUE_SOON" if row["remind_on"] <= as_of else "OPEN"


def _plan_of(row: Row, names: Names) -> dict[str, object]:
    plain = ("enterprise", "enterprise_name", "village", "division", "year", "institution", "contract")
    shown = {name: row[name] for name in plain}
    return shown | {"plan": row["id"], "expert": person(row["expert"], names)}


def gap_of(row: Row, names: Names, as_of: date) -> Gap:
    """缺口 · One line of the list."""
    told = _plan_of(row, names) | dict(quarter_of(row, as_of)) | {"remind_on": row["remind_on"]}
    return Gap.model_validate(told)


def _item(lines: Sequence[Row], names: Names, as_of: date) -> dict[str, object]:
    row = lines[0]
    ground = ServiceGround(row["ground"])
    return _plan_of(row, names) | {
        "ground": ground,
        "ground_name": ground.zh,
        "duties_reason": row["reason"],
        "proposed": person(row["proposed"], names),
        "expert_changes": row["expert_changes"],
        "ended_on": row["ended_on"],
        "quarters": [quarter_of(line, as_of) for line in lines],
    }


def items_of(found: Iterable[Row], names: Names, as_of: date) -> list[PlanItem]:
    """计划 · One item for the lines of each plan, which stand together."""
    plans = (list(lines) for _, lines in groupby(found, key=itemgetter("id")))
    return [PlanItem.model_validate(_item(lines, names, as_of)) for lines in plans]


def matrix_of(lines: Sequence[Row], acts: Iterable[Row], names: Names, as_of: date) -> Matrix:
    """矩阵 · One plan with its acts."""
    told = _item(lines, names, as_of) | {"as_of": as_of, "acts": [_act(act, names) for act in acts]}
    return Matrix.model_validate(told)


def _act(row: Row, names: Names) -> Act:
    duty, role = ServiceDuty(row["duty"]), Role(row["role"])
    return Act(
        on=row["on_day"],
        quarter=row["quarter"],
        duty=duty,
        duty_name=duty.zh,
        type=row["type"],
        type_name=(BY_TYPE[row["type"]].__doc__ or "").partition(" · ")[0],
        subject=row["subject"],
        number=row["number"],
        by=person(row["actor"], names),
        role=role,
        role_name=role.zh,
        counts=row["counts"],
    )


def figures_of(row: Row, year: int, as_of: date) -> Figures:
    """指标 · With their rates; none without plans."""
    return Figures(
        year=year,
        as_of=as_of,
        coverage_rate=rate(row["served"], row["plans"]),
        continuity_rate=rate(row["continuous"], row["plans"]),
        **row,
    )
