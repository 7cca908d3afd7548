"""关口 · What of each command's rule is known without the ask: role, stage and persons. The rule begins with its gate."""

from collections.abc import Callable, Mapping

from services.hazard.lifecycle import (
    answering,
    classifying,
    closing,
    correcting,
    enforcing,
    escalating,
    extending,
    lifting,
    measuring,
    ordering,
    planning,
    powers,
    rectifying,
    reinspecting,
    reporting,
    serving,
    supervising,
    timing,
    transferring,
)
from services.hazard.lifecycle.holding import Power
from services.hazard.lifecycle.state import Hazard
from services.hazard.occasion import Occasion

Gate = Callable[[Hazard, Occasion], None]  # raises Refused

GATES: Mapping[str, Gate] = {
    "submit": reporting.may_submit,
    "confirm": reporting.may_confirm,
    "reject": reporting.may_confirm,
    "mark-duplicate": reporting.may_mark_duplicate,
    "void": reporting.may_void,
    "classify": classifying.may_classify,
    "upgrade-to-major": classifying.may_upgrade,
    "advise-rectification": ordering.may_advise,
    "order-rectification": ordering.may_order,
    "ask-rectification": ordering.may_ask,
    "assign-responsible": ordering.may_assign,
    "urge-rectification": ordering.may_urge,
    "require-plan": planning.may_require_plan,
    "waive-plan": planning.may_waive_plan,
    "file-plan": planning.may_file_plan,
    "accept-plan": planning.may_accept_plan,
    "return-plan": planning.may_decide_plan,
    "fix-on-spot": rectifying.may_fix_on_spot,
    "report-progress": rectifying.may_report_progress,
    "submit-rectification": rectifying.may_submit_rectification,
    "reinspect": reinspecting.may_reinspect,
    "close": closing.may_close,
    "reopen": closing.may_reopen,
    "downgrade-to-general": classifying.may_downgrade,
    "impose-interim-measure": measuring.may_impose,
    "request-lift": lifting.may_request_lift,
    "lift-interim-measure": lifting.may_lift,
    "refuse-lift": lifting.may_refuse_lift,
    "apply-compulsion": measuring.may_compel,
    "list-for-supervision": supervising.may_list,
    "request-acceptance": supervising.may_request_acceptance,
    "accept-listed": supervising.may_accept_listed,
    "delist": supervising.may_delist,
    "serve-notice": serving.may_serve,
    "record-signature-refusal": serving.may_record_refusal,
    "request-extension": extending.may_request,
    "agree-extension": extending.may_agree,
    "grant-extension": extending.may_grant,
    "refuse-extension": extending.may_refuse,
    "record-deadline-missed": timing.may_miss,
    "recompute-deadline": timing.may_recompute,
    "transfer": transferring.may_transfer,
    "accept-transfer": transferring.may_accept,
    "return-transfer": transferring.may_return,
    "escalate-to-department": escalating.may_escalate,
    "propose-penalty": enforcing.may_propose,
    "refer-to-enforcement": enforcing.may_refer,
    "link-case": enforcing.may_link_case,
    "note-case-decision": enforcing.may_note_decision,
    "note-case-closure": enforcing.may_note_closure,
    "correct-record": correcting.may_correct,
    "landlord-respond": answering.may_respond,
}


def always(held: Power) -> Callable[[Hazard], Power]:
    """同一权力 · For a command whose power is the same whatever the hazard."""
    return lambda _hazard: held


# 可以建议的命令 · Where a role that may not decide is heard, and by which power it proposes.
PROPOSABLE: Mapping[str, Callable[[Hazard], Power]] = {
    "confirm": always(powers.CONFIRM),
    "reject": always(powers.CONFIRM),
    "mark-duplicate": always(powers.CONFIRM),
    "classify": always(powers.CLASSIFY),
    "ask-rectification": always(powers.ASK),
    "reinspect": reinspecting.power_over,
    "reopen": always(powers.REOPEN),
    "transfer": always(powers.TRANSFER),
    "escalate-to-department": always(powers.ESCALATE),
}


def is_proposal(path: str, hazard: Hazard, occasion: Occasion) -> bool:
    """是否建议 · Whether what this person says by the command is recorded as a proposal, if it is taken at all."""
    power_over = PROPOSABLE.get(path)
    return power_over is not None and powers.proposes(power_over(hazard), occasion)
