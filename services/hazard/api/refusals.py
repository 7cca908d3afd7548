"""拒绝对照 · Every refusal of the rules and the log, by the problem type that the client meets."""

from services.hazard import appointment, division_tree, enterprise, form, occasion
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
    visit_behind,
)
from services.hazard.policy import checking, content, publishing
from services.hazard.refused import Refused
from services.hazard.store import KeyReused, LogRefusing, Unavailable
from services.hazard.visit import answering as visit_answering
from services.hazard.visit import counting as visit_counting
from services.hazard.visit import party as visit_party
from services.hazard.visit import planning as visit_planning
from services.hazard.visit import recording as visit_recording
from services.hazard.visit import signing as visit_signing
from services.hazard.visit import starting as visit_starting
from services.hazard.visit import state as visit_state

# The modules whose refusals are reachable; naming them here keeps the list of rules readable.
RULES = (
    appointment,
    enterprise,
    form,
    visit_state,
    visit_party,
    visit_planning,
    visit_starting,
    visit_counting,
    visit_answering,
    visit_recording,
    visit_signing,
    occasion,
    holding,
    certifying,
    state,
    reporting,
    judging,
    classifying,
    ordering,
    visit_behind,
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
