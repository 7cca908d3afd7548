"""检查事件 · An inspection visit from its plan to its file, and the number of visits in an enterprise's year."""

from contracts.visit.answering import FindAdded, ItemAnswered
from contracts.visit.codes import (
    Answer,
    CapExemption,
    CapGroup,
    CapStanding,
    Entrustment,
    FormVersion,
    Function,
    Participant,
    VisitState,
)
from contracts.visit.counting import VisitCounted, VisitCountEvent
from contracts.visit.planning import VisitApproved, VisitCancelled, VisitPlanned
from contracts.visit.recording import Finds, VisitArchived, VisitRecorded, VisitSignatureRefused, VisitSigned
from contracts.visit.starting import ParticipantJoined, ParticipantLeft, VisitStarted

__all__ = [
    "Answer",
    "CapExemption",
    "CapGroup",
    "CapStanding",
    "Entrustment",
    "FindAdded",
    "Finds",
    "FormVersion",
    "Function",
    "ItemAnswered",
    "Participant",
    "ParticipantJoined",
    "ParticipantLeft",
    "VisitApproved",
    "VisitArchived",
    "VisitCancelled",
    "VisitCountEvent",
    "VisitCounted",
    "VisitEvent",
    "VisitPlanned",
    "VisitRecorded",
    "VisitSignatureRefused",
    "VisitSigned",
    "VisitStarted",
    "VisitState",
]

VisitEvent = (
    VisitPlanned
    | VisitApproved
    | VisitStarted
    | ParticipantJoined
    | ParticipantLeft
    | ItemAnswered
    | FindAdded
    | VisitRecorded
    | VisitSigned
    | VisitSignatureRefused
    | VisitArchived
    | VisitCancelled
)
