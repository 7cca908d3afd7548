"""拒绝对照 · Every refusal of the rules and the log, by the problem type that the client meets."""

from services.hazard import appointment, division_tree, enterprise, occasion, paper, visit
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
from services.hazard.papers import docx
from services.hazard.policy import checking, content, publishing
from services.hazard.refused import Refused
from services.hazard.store import KeyReused, LogRefusing, Unavailable

# The modules whose refusals are reachable; naming them here keeps the list of rules readable.
RULES = (
    appointment,
    enterprise,
    visit,
    paper,
    docx,
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
    publishing,
    division_tree,
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
