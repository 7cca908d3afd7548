"""区域代码 · Closed lists of what goes on beside the status: supervision by listing, interim measures, compulsion."""

from contracts.values import Named


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
