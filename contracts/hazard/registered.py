"""登记之后 · What every event of a registered hazard carries."""

from contracts.envelope import Event
from contracts.values import EnterpriseId, HazardNumber


class OfRegistered(Event):
    """已登记隐患的事件 · What every event from registration on carries."""

    number: HazardNumber
    enterprise: EnterpriseId
