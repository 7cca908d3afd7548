"""专项行动事件 · A campaign: who ordered it, whom it is about, how it went."""

from datetime import date
from typing import Annotated, ClassVar, Self

from pydantic import Field, StringConstraints, model_validator

from contracts.envelope import Event
from contracts.values import DivisionCode, EnterpriseId, Named, ObjectKind, RiskColour, ShortText, Text, Value
from contracts.visit import FormVersion

MOST_TARGETS = 500  # named one by one; whoever means more describes them by the scope
MOST_FILTERS = 100  # entries of one filter

CampaignId = EnterpriseId  # a UUID in its one spelling, as an enterprise's is
DivisionPrefix = Annotated[
    str, StringConstraints(pattern=r"^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$")
]


class CampaignStage(Named):
    """行动阶段 · Where a campaign stands."""

    PLANNED = "PLANNED", "已部署"
    RUNNING = "RUNNING", "进行中"
    CLOSING = "CLOSING", "收尾"
    EVALUATED = "EVALUATED", "已总结"


class CampaignKind(Named):
    """专项行动类型 · What a campaign is about."""

    SWEEP = "SWEEP", "地毯式排查"
    PLANT_IN_PLANT = "PLANT_IN_PLANT", "厂中厂"
    DUST = "DUST", "涉爆粉尘"
    FIRE = "FIRE", "除患治违（消防）"
    HAZCHEM = "HAZCHEM", "危化品、烟花爆竹"
    CONSTRUCTION = "CONSTRUCTION", "建筑施工"
    TRAFFIC = "TRAFFIC", "道路交通"
    SPECIAL_EQUIPMENT = "SPECIAL_EQUIPMENT", "特种设备"
    MIXED_USE = "MIXED_USE", "三合一、多合一"
    GAS = "GAS", "消防燃气"
    SAFETY_MONTH = "SAFETY_MONTH", "安全生产月"
    THREE_YEARS = "THREE_YEARS", "治本攻坚三年行动"
    OTHER = "OTHER", "其他"


class OrderingLevel(Named):
    """部署层级 · Which level of government ordered a campaign."""

    STATE = "STATE", "国家"
    PROVINCE = "PROVINCE", "省级"
    CITY = "CITY", "市级"
    COUNTY = "COUNTY", "县级"
    TOWNSHIP = "TOWNSHIP", "乡镇级"


class OrderedBy(Value):
    """部署依据 · Which level ordered it, by which document."""

    level: OrderingLevel
    body: ShortText | None = Field(None, description="部署机关")
    document: ShortText | None = Field(None, description="文号")


class CampaignScope(Value):
    """行动范围 · Whom it is about; an empty filter leaves nothing out, all of them must hold."""

    divisions: tuple[DivisionPrefix, ...] = Field(
        (), max_length=MOST_FILTERS, description="行政区划代码或其前缀"
    )
    industries: tuple[ShortText, ...] = Field((), max_length=MOST_FILTERS, description="行业，按企业档案")
    object_kinds: tuple[ObjectKind, ...] = ()
    colours: tuple[RiskColour, ...] = ()


class CampaignTargets(Value):
    """行动目标 · Enterprises by name, or how many of the scope; without either the whole scope is the target."""

    enterprises: tuple[EnterpriseId, ...] = Field((), max_length=MOST_TARGETS)
    count: int | None = Field(None, ge=1, le=10_000_000, description="应查家数")

    @model_validator(mode="after")
    def either_names_or_a_number(self) -> Self:
        """点名或者定数 · Whoever is named is counted."""
        if self.enterprises and self.count is not None:
            raise ValueError("点名的企业和应查家数只填写一项")
        return self


class CampaignContent(Event):
    """行动方案 · What a plan says of a campaign."""

    name: ShortText
    kind: CampaignKind
    starts_on: date
    ends_on: date = Field(description="结束日期（含）")
    ordered_by: OrderedBy
    scope: CampaignScope = CampaignScope()
    form: FormVersion | None = Field(None, description="检查表及其版本")
    targets: CampaignTargets = CampaignTargets()


class CampaignPlanned(CampaignContent):
    """部署专项行动 · A campaign is planned: name, period, who ordered it, scope, checklist, targets."""

    TYPE: ClassVar[str] = "campaign.planned"
    place: DivisionCode = Field(description="组织开展的区划")


class CampaignRevised(CampaignContent):
    """修改行动方案 · The whole plan as it is from here on; before the campaign runs."""

    TYPE: ClassVar[str] = "campaign.revised"


class CampaignTargetsChanged(Event):
    """调整行动目标 · Whom it has to reach from here on, and why; while it runs."""

    TYPE: ClassVar[str] = "campaign.targets-changed"
    name: ShortText
    targets: CampaignTargets
    reason: Text


class CampaignStarted(Event):
    """启动专项行动 · From here on visits and hazards may belong to it."""

    TYPE: ClassVar[str] = "campaign.started"
    name: ShortText


class CampaignClosingBegun(Event):
    """专项行动收尾 · No new visits are begun; what was found is finished."""

    TYPE: ClassVar[str] = "campaign.closing-begun"
    name: ShortText
    summary: Text | None = None


class CampaignEvaluated(Event):
    """总结专项行动 · What came of it; the last event of a campaign."""

    TYPE: ClassVar[str] = "campaign.evaluated"
    name: ShortText
    conclusion: Text


CampaignEvent = (
    CampaignPlanned
    | CampaignRevised
    | CampaignTargetsChanged
    | CampaignStarted
    | CampaignClosingBegun
    | CampaignEvaluated
)
