"""建议 · What a role that may propose and not decide says of a decision: kept on record, and nothing is changed by it."""

from contracts.hazard import DecisionProposed
from contracts.values import ProposedAct
from services.hazard.lifecycle.state import Hazard


def propose(hazard: Hazard, act: ProposedAct, **said: object) -> tuple[DecisionProposed]:
    """提出建议 · How somebody who may not decide would have; it met every guard but those of who decides."""
    known = {"number": hazard.number, "enterprise": hazard.enterprise}
    return (DecisionProposed.model_validate(known | said | {"act": act}),)


Proposing = DecisionProposed


def evolve(hazard: Hazard, event: Proposing) -> Hazard:
    """演变 · A proposal changes nothing."""
    return hazard
