"""拒绝对照 · Every refusal of the rules and the log, by the problem type that the client meets."""

from services.hazard import appointment, division_tree, enterprise, occasion, visit
from services.hazard.case import acting, deciding, executing, filing, informing, investigating, publishing
from services.hazard.case import closing as case_closing
from services.hazard.ledger import carrying
from services.hazard.lifecycle import (
    answering,
    certifying,
    classifying,
    closing,
    correcting,
    enforcing,
    escalating,
    extending,
    holding,
    judging,
    lifting,
    measuring,
    ordering,
    planning,
    rectifying,
    regions,
    reinspecting,
    reporting,
    serving,
    state,
    supervising,
    timing,
    transferring,
)
from services.hazard.policy import checking, content
from services.hazard.policy import publishing as policy_publishing
from services.hazard.refused import Refused
from services.hazard.store import KeyReused, LogRefusing, Unavailable

# The modules whose refusals are reachable; naming them here keeps the list of rules readable.
RULES = (
    appointment,
    enterprise,
    visit,
    occasion,
    holding,
    certifying,
    state,
    reporting,
    judging,
    classifying,
    ordering,
    planning,
    serving,
    extending,
    timing,
    rectifying,
    reinspecting,
    closing,
    transferring,
    escalating,
    enforcing,
    correcting,
    answering,
    lifting,
    measuring,
    regions,
    supervising,
    carrying,
    checking,
    content,
    policy_publishing,
    division_tree,
    acting,
    filing,
    investigating,
    informing,
    deciding,
    publishing,
    executing,
    case_closing,
)


def refusals() -> dict[type[Exception], str]:
    """对照表 · Exception class -> problem type."""
    found: dict[type[Exception], str] = {
        KeyReused: "key-reused",
        LogRefusing: "log-refusing",
        Unavailable: "busy",
    }
    for module in RULES:
        for member in vars(module).values():
            if isinstance(member, type) and issubclass(member, Refused) and member is not Refused:
                found[member] = member.code()
    return found
