"""检查履历用语 · What happened on an inspection visit, as an official would write it: one function for each event."""

from collections.abc import Callable, Mapping
from typing import Any

from contracts import visit as course
from contracts.envelope import Event
from contracts.visit import CapStanding, Participant
from services.projections.phrases import add, name
from services.projections.reading import Names
from services.projections.shanghai import date_words


def _participant(one: Participant, names: Names) -> str:
    certificate = one.certificate and f"执法证号{one.certificate}"
    return f"{name(one.person, names)}（{add(one.function.zh, one.department, certificate)}）"


def _party(participants: tuple[Participant, ...], names: Names) -> str:
    return "、".join(_participant(one, names) for one in participants)


def _people(people: tuple[str, ...], names: Names) -> str:
    return "、".join(name(person, names) for person in people)


def _hazard(hazard: str, names: Names) -> str:
    """Its number once it has one; a draft has none yet."""
    return f"隐患{names[hazard]}" if hazard in names else "隐患（尚未登记）"


def _hazards(hazards: tuple[str, ...], names: Names) -> str | None:
    numbered = [names[hazard] for hazard in hazards if hazard in names]
    return "、".join(numbered) or None


def _planned(event: course.VisitPlanned, names: Names) -> str:
    paper = event.entrustment
    entrusted = f"受{paper.principal}委托（{paper.document}）" if paper else None
    listed = _hazards(event.hazards, names) or f"{len(event.hazards)}项"
    return add(
        f"计划于{date_words(event.planned_on)}实施{event.visit_kind.zh}：{event.purpose}",
        f"参加人员{_party(event.participants, names)}",
        f"由{name(event.lead, names)}牵头",
        event.lead_department and f"牵头部门{event.lead_department}",
        entrusted,
        event.report and f"核查举报件{event.report}",
        "属案件核查" if event.case else None,
        f"复查隐患{listed}" if event.hazards else None,
        "属专项行动" if event.campaign else None,
        "列入服务计划" if event.plan else None,
    )


def _approved(event: course.VisitApproved, names: Names) -> str:
    return add(f"{'事后补批' if event.afterwards else '批准'}检查（{event.number}）", event.remark)


def _counted(cap: CapStanding) -> str:
    return f"为{cap.year}年第{cap.count}次{cap.group.zh}（上限{cap.cap}次）"


def _started(event: course.VisitStarted, names: Names) -> str:
    order = event.exemption_document and f"文号{event.exemption_document}"
    grounds = add(event.exemption_reason, order)
    exempt = event.exemption and f"不计入年度次数（{event.exemption.zh}）" + (
        f"：{grounds}" if grounds else ""
    )
    return add(
        f"{'扫码' if event.scanned else ''}入企，开始{event.visit_kind.zh}",
        f"到场人员{_party(event.participants, names)}",
        _counted(event.cap) if event.cap else exempt,
        event.urgent and f"情况紧急，未经事先批准：{event.urgent}",
    )


def _joined(event: course.ParticipantJoined, names: Names) -> str:
    return f"登记{_participant(event.participant, names)}加入检查"


def _left(event: course.ParticipantLeft, names: Names) -> str:
    return add(f"登记{_participant(event.participant, names)}中途离开", event.reason)


def _answered(event: course.ItemAnswered, names: Names) -> str:
    again = event.revision > 1
    what = (
        f"更正检查项{event.item}的结论为{event.answer.zh}"
        if again
        else f"检查项{event.item}，{event.answer.zh}"
    )
    return add(
        what,
        event.hazard and f"由此记录{_hazard(event.hazard, names)}",
        "原结论记录的隐患草稿作废" if event.withdrawn else None,
        event.reason and f"更正理由：{event.reason}",
        event.remark,
        f"附照片{len(event.photos)}张" if event.photos else None,
    )


def _found(event: course.FindAdded, names: Names) -> str:
    return f"记录检查表以外发现的{_hazard(event.hazard, names)}"


def _recorded(event: course.VisitRecorded, names: Names) -> str:
    numbers = _hazards(event.hazards, names)
    found = f"发现隐患{event.finds}项" + (f"（{numbers}）" if numbers else "")
    return add(
        f"记录{date_words(event.visited_on)}的{event.visit_kind.zh}",
        found if event.finds else "未发现隐患",
        f"检查人员{_people(event.officers, names)}" if event.officers else None,
        event.remark,
    )


def _signed(event: course.VisitSigned, names: Names) -> str:
    opinion = event.opinion and f"企业意见：{event.opinion}"
    return add(f"记录{name(event.signed_by, names)}在检查记录上签字", opinion)


def _unsigned(event: course.VisitSignatureRefused, names: Names) -> str:
    who = name(event.refused_by, names) if event.refused_by else "企业"
    seen = f"{_people(event.witnesses, names)}见证" if event.witnesses else None
    return add(f"记录{who}拒绝在检查记录上签字：{event.reason}", seen)


def _archived(event: course.VisitArchived, names: Names) -> str:
    return add("将检查归档", event.file_number and f"案卷号{event.file_number}")


def _cancelled(event: course.VisitCancelled, names: Names) -> str:
    return f"取消检查：{event.reason}"


# 用语表 · Each function takes the event it stands beside, hence Any.
VISIT_SENTENCES: Mapping[type[Event], Callable[[Any, Names], str]] = {
    course.VisitPlanned: _planned,
    course.VisitApproved: _approved,
    course.VisitStarted: _started,
    course.ParticipantJoined: _joined,
    course.ParticipantLeft: _left,
    course.ItemAnswered: _answered,
    course.FindAdded: _found,
    course.VisitRecorded: _recorded,
    course.VisitSigned: _signed,
    course.VisitSignatureRefused: _unsigned,
    course.VisitArchived: _archived,
    course.VisitCancelled: _cancelled,
}
