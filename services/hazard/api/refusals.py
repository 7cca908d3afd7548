"""拒绝对照 · Every refusal of the rules and the log, by the problem type that the client meets."""

from services.hazard import appointment, campaign, division_tree, enterprise, form, numbering, occasion, paper
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
    visit_behind,
    withdrawing,
)
from services.hazard.notice import drafting as notice_drafting
from services.hazard.notice import numbering as notice_numbering
from services.hazard.notice import serving as notice_serving
from services.hazard.notice import signing as notice_signing
from services.hazard.notice import state as notice_state
from services.hazard.notice import voiding as notice_voiding
from services.hazard.papers import docx
from services.hazard.policy import checking, content
from services.hazard.policy import publishing as policy_publishing
from services.hazard.refused import Refused
from services.hazard.service_plan import changing, duties, making, matching
from services.hazard.service_plan import serving as plan_serving
from services.hazard.service_plan import state as service_plan_state
from services.hazard.store import KeyReused, LogRefusing, Unavailable
from services.hazard.visit import answering as visit_answering
from services.hazard.visit import counting as visit_counting
from services.hazard.visit import from_paper as visit_from_paper
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
    visit_from_paper,
    visit_party,
    visit_planning,
    visit_starting,
    visit_counting,
    visit_answering,
    visit_recording,
    visit_signing,
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
    policy_publishing,
    division_tree,
    numbering,
    notice_state,
    notice_drafting,
    notice_numbering,
    notice_serving,
    notice_signing,
    notice_voiding,
    withdrawing,
    service_plan_state,
    making,
    matching,
    duties,
    changing,
    plan_serving,
    campaign,
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
