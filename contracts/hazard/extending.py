"""延期 · More time for a rectification: asked for, agreed, granted or refused."""

from datetime import date
from typing import ClassVar

from pydantic import Field

from contracts.hazard.registered import OfRegistered
from contracts.limits import Counted
from contracts.values import Text


class ExtensionRequested(OfRegistered):
    """申请延期 · The enterprise asks for a later deadline, with its reason and how it protects people until then."""

    TYPE: ClassVar[str] = "hazard.extension-requested"
    wanted: date = Field(description="申请的期限 · The day it asks for")
    former: date = Field(description="现有期限 · The deadline in force")
    reason: Text
    protection: Text = Field(description="延期期间的防护措施 · What protects people in the meantime")
    late: bool = Field(False, description="申请过晚 · Later than the limit for applications")
    answer_due: date
    counted: Counted


class ExtensionAgreedBySupervisor(OfRegistered):
    """延期初审同意 · An officer agrees; the decision is somebody else's."""

    TYPE: ClassVar[str] = "hazard.extension-agreed-by-supervisor"
    remark: Text | None = None


class ExtensionGranted(OfRegistered):
    """批准延期 · A later deadline is in force."""

    TYPE: ClassVar[str] = "hazard.extension-granted"
    deadline: date
    former: date
    remark: Text | None = None


class ExtensionRefused(OfRegistered):
    """不批准延期 · The old deadline stays."""

    TYPE: ClassVar[str] = "hazard.extension-refused"
    deadline: date = Field(description="整改期限 · The old one, which stays")
    reason: Text
