"""房东答复 · Factory in factory: the landlord is asked first, and answers for the building (AQF 49)."""

from contracts.hazard import LandlordResponded
from contracts.regions import LandlordAnswer
from contracts.values import Digest, Entry, Status, Text
from services.hazard.lifecycle import powers
from services.hazard.lifecycle.reporting import EXAMPLE_PHOTO
from services.hazard.lifecycle.state import Hazard
from services.hazard.occasion import Ask, Occasion
from services.hazard.refused import MayNot, Refused

OPEN = (Status.REGISTERED, Status.PLAN_REQUIRED, Status.RECTIFYING, Status.SUBMITTED)


class NotTheLandlord(MayNot):
    """不是该企业的房东 · A landlord speaks for the own building and its tenants only."""


class AnswerNotShown(Refused):
    """房东称已整改须有照片 · What is said to be done is shown."""


class LandlordRespond(
    Ask,
    json_schema_extra={
        "examples": [
            {
                "answer": "WILL_RECTIFY",
                "remark": "公共通道由房东负责，三日内清理",
                "photos": [EXAMPLE_PHOTO],
            }
        ]
    },
):
    """房东答复 · What the landlord does about it."""

    answer: LandlordAnswer
    remark: Text
    photos: tuple[Digest, ...] = ()


def check_landlord(hazard: Hazard, occasion: Occasion) -> None:
    """房东身份 · The landlord of this enterprise, as the appointment says; in a ledger the importing office vouches.

    Raises NotTheLandlord.
    """
    if occasion.entry is not Entry.LEDGER and occasion.organisation != hazard.enterprise:
        raise NotTheLandlord(f"只有该企业的房东可以办理（{powers.AQF_49}）")


def may_respond(hazard: Hazard, occasion: Occasion) -> None:
    """可否答复 · The landlord of this enterprise, while it is open."""
    powers.check(powers.LANDLORD, occasion)
    hazard.must_be(*OPEN, act="由房东答复")
    check_landlord(hazard, occasion)


def landlord_respond(
    hazard: Hazard, ask: LandlordRespond, occasion: Occasion
) -> tuple[LandlordResponded, ...]:
    """房东答复 · Within days of the registration; later it is recorded as late."""
    may_respond(hazard, occasion)
    if ask.answer is LandlordAnswer.DONE and not ask.photos:
        raise AnswerNotShown
    number, enterprise = hazard.registered
    due = occasion.count(occasion.policy.limits.landlord_answer, hazard.registered_on)[0]
    return (
        LandlordResponded(
            number=number,
            enterprise=enterprise,
            answer_due=due,
            late=occasion.today > due,
            **ask.model_dump(),
        ),
    )


Answering = LandlordResponded


def evolve(hazard: Hazard, event: Answering) -> Hazard:
    """演变 · An answer changes nothing that a rule reads."""
    return hazard
