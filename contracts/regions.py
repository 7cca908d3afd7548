"""区域代码 · Closed lists of what goes on beside the status, region by region; and who holds a hazard."""

from enum import IntEnum

from pydantic import Field

from contracts.division import prefix
from contracts.values import DivisionCode, Named, ShortText, Value


class TransferState(Named):
    """移送 · Where a transfer to another office stands."""

    NONE = "NONE", "未移送"
    OFFERED = "OFFERED", "已移送待接收"
    ACCEPTED = "ACCEPTED", "已接收"
    RETURNED = "RETURNED", "已退回"


class EnforcementState(Named):
    """执法 · Where the case stands that follows from a hazard."""

    NONE = "NONE", "未移送执法"
    REFERRED = "REFERRED", "已移送执法"
    CASE_OPEN = "CASE_OPEN", "已立案"
    DECIDED = "DECIDED", "已作出处理决定"
    CASE_CLOSED = "CASE_CLOSED", "已结案"


class EscalationLevel(IntEnum):
    """升级 · How high a hazard has been taken; it climbs, a new deadline begins again."""

    NONE = 0
    LEADER = 1
    DEPARTMENT = 2
    COMMITTEE = 3

    @property
    def zh(self) -> str:
        """中文名 · Whom this level tells."""
        return ("未升级", "镇街分管领导", "区县主管部门", "安委办")[self]


class EscalationReason(Named):
    """升级原因 · Why somebody higher up has to deal with it (浙江条例27, 山东条例47)."""

    REFUSED = "REFUSED", "拒不整改"
    NOT_REMOVABLE = "NOT_REMOVABLE", "不能立即消除"
    OVERDUE = "OVERDUE", "逾期未整改"


class PenaltyReason(Named):
    """处罚事由 · Why a case is proposed or referred."""

    REFUSED = "REFUSED", "拒不整改"
    OVERDUE = "OVERDUE", "逾期未整改"
    SECOND_FAIL = "SECOND_FAIL", "再次复查不合格"
    MAJOR_NOT_REPORTED = "MAJOR_NOT_REPORTED", "重大隐患未报告"


class PenaltyKind(Named):
    """处理决定 · What an enforcement case ends in, by the kinds of APL 9."""

    WARNING = "WARNING", "警告、通报批评"
    FINE = "FINE", "罚款、没收"
    LICENCE = "LICENCE", "暂扣、降低或者吊销许可证件"
    SUSPENSION = "SUSPENSION", "限制开展生产经营、责令停产停业或者关闭"
    DETENTION = "DETENTION", "行政拘留"
    OTHER = "OTHER", "其他行政处罚"
    NONE = "NONE", "不予行政处罚"


class CaseOutcome(Named):
    """结案情形 · How a case ended."""

    EXECUTED = "EXECUTED", "执行完毕"
    NOT_PUNISHED = "NOT_PUNISHED", "不予处罚"
    WITHDRAWN = "WITHDRAWN", "撤销案件"
    NOT_FILED = "NOT_FILED", "不予立案"


class CorrectedField(Named):
    """更正项 · What of a record may be corrected; finding date, level and signatures are not among it."""

    PLACE = "place", "隐患部位"
    CATEGORY = "category", "隐患类别"
    DESCRIPTION = "description", "隐患描述"
    OBJECT_TEXT = "object_text", "对象描述"


class LandlordAnswer(Named):
    """房东答复 · What a landlord does about a hazard in the building (AQF 49)."""

    WILL_RECTIFY = "WILL_RECTIFY", "由房东整改"
    URGED_TENANT = "URGED_TENANT", "已督促承租方整改"
    DONE = "DONE", "已整改"
    DECLINED = "DECLINED", "不承担整改"


class Holder(Value):
    """责任单位 · Who answers for a hazard: an office by name, or whoever is in charge of a division."""

    organisation: ShortText | None = Field(None, description="单位标识；没有时为属地 · Absent: the place")
    division: DivisionCode = Field(description="单位所在区划 · Where the office sits, or the place itself")

    @property
    def seat(self) -> str | None:
        """席位 · By what the office is found again in a caller's token: its division and its name; a place has none."""
        return seat_of(self.division, self.organisation) if self.organisation else None


def seat_of(division: str, organisation: str) -> str:
    """席位 · An office at a place: 330111/org-yjj. The same name elsewhere is another office."""
    return f"{prefix(division)}/{organisation}"


class Correction(Value):
    """更正 · One field as it was and as it is."""

    field: CorrectedField
    before: str | None = None
    after: str


class SupervisionState(Named):
    """挂牌督办 · Where the supervision by listing stands."""

    NONE = "NONE", "未挂牌"
    LISTED = "LISTED", "挂牌督办中"
    ACCEPTANCE_REQUESTED = "ACCEPTANCE_REQUESTED", "已申请验收"
    ACCEPTED = "ACCEPTED", "验收合格"
    DELISTED = "DELISTED", "已摘牌"


class SupervisionLevel(Named):
    """督办级别 · Which government lists; a township's listing is internal (domain/codes.md c.11)."""

    PROVINCE = "PROVINCE", "省级"
    CITY = "CITY", "市级"
    COUNTY = "COUNTY", "县级"
    TOWNSHIP = "TOWNSHIP", "乡镇级"


class InterimState(Named):
    """临时措施 · Where the interim measures stand."""

    NONE = "NONE", "无临时措施"
    ACTIVE = "ACTIVE", "措施执行中"
    LIFT_REQUESTED = "LIFT_REQUESTED", "已申请解除"
    LIFTED = "LIFTED", "已解除"


class MeasureKind(Named):
    """措施种类 · What is done while it is not safe (AQF 65)."""

    EVACUATE = "EVACUATE", "撤出作业人员"
    PARTIAL_STOP = "PARTIAL_STOP", "局部停产停业"
    FULL_STOP = "FULL_STOP", "全部停产停业"
    STOP_EQUIPMENT = "STOP_EQUIPMENT", "停止使用设施设备"


class CompulsionKind(Named):
    """强制措施 · What makes an enterprise carry out a stop that it refuses (AQF 70)."""

    POWER_CUT = "POWER_CUT", "停止供电"
    EXPLOSIVES_CUT = "EXPLOSIVES_CUT", "停止供应民用爆炸物品"
