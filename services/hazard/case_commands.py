"""案件命令表 · Every command on an enforcement case, in the order of its life: path, ask, rule, words, and its gate."""

from collections.abc import Callable, Mapping

from services.hazard.case import closing, deciding, executing, filing, informing, investigating, publishing
from services.hazard.case.state import Case
from services.hazard.command_row import CommandRow
from services.hazard.occasion import Occasion

COMMANDS: tuple[CommandRow, ...] = (
    CommandRow("file", filing.FileCase, filing.file_case, "立案"),
    CommandRow("not-file", filing.DeclineToFile, filing.decline_to_file, "不予立案"),
    CommandRow(
        "assign-officers", investigating.AssignOfficers, investigating.assign_officers, "指派办案人员"
    ),
    CommandRow("record-evidence", investigating.RecordEvidence, investigating.record_evidence, "收集证据"),
    CommandRow("record-inquiry", investigating.RecordInquiry, investigating.record_inquiry, "记录询问"),
    CommandRow("suspend-clock", investigating.SuspendClock, investigating.suspend_clock, "中止期限"),
    CommandRow("resume-clock", investigating.ResumeClock, investigating.resume_clock, "恢复期限"),
    CommandRow("extend-term", investigating.ExtendTerm, investigating.extend_term, "延长办案期限"),
    CommandRow("inform", informing.InformParty, informing.inform_party, "处罚告知"),
    CommandRow("record-statement", informing.RecordStatement, informing.record_statement, "记录陈述申辩"),
    CommandRow("review-statement", informing.ReviewStatement, informing.review_statement, "复核陈述申辩"),
    CommandRow("waive-rights", informing.WaiveRights, informing.waive_rights, "记录放弃陈述申辩"),
    CommandRow("request-hearing", informing.RequestHearing, informing.request_hearing, "要求听证"),
    CommandRow("hold-hearing", informing.HoldHearing, informing.hold_hearing, "举行听证"),
    CommandRow("review-legally", deciding.ReviewLegally, deciding.review_legally, "法制审核"),
    CommandRow("decide", deciding.DecideCase, deciding.decide_case, "作出决定"),
    CommandRow("serve-decision", publishing.ServeDecision, publishing.serve_decision, "送达决定书"),
    CommandRow("publish", publishing.PublishPenalty, publishing.publish_penalty, "公示处罚决定"),
    CommandRow("postpone-payment", executing.PostponePayment, executing.postpone_payment, "准予延期缴纳"),
    CommandRow("record-payment", executing.RecordPayment, executing.record_payment, "记录缴款"),
    CommandRow("start-daily-fine", executing.StartDailyFine, executing.start_daily_fine, "按日连续处罚"),
    CommandRow("stop-daily-fine", executing.StopDailyFine, executing.stop_daily_fine, "停止按日连续处罚"),
    CommandRow("apply-to-court", executing.ApplyToCourt, executing.apply_to_court, "申请法院强制执行"),
    CommandRow("execute", executing.ExecutePenalty, executing.execute_penalty, "记录执行完毕"),
    CommandRow("close", closing.CloseCase, closing.close_case, "结案"),
)

# 关口 · What each rule asks before it looks at the ask: raises its refusal, or lets through.
GATES: Mapping[str, Callable[[Case, Occasion], None]] = {
    "file": filing.may_file,
    "not-file": filing.may_decline,
    "assign-officers": investigating.may_assign,
    "record-evidence": investigating.may_investigate,
    "record-inquiry": investigating.may_investigate,
    "suspend-clock": investigating.may_suspend,
    "resume-clock": investigating.may_resume,
    "extend-term": investigating.may_extend,
    "inform": informing.may_inform,
    "record-statement": informing.may_speak,
    "review-statement": informing.may_answer,
    "waive-rights": informing.may_waive,
    "request-hearing": informing.may_request_hearing,
    "hold-hearing": informing.may_hold_hearing,
    "review-legally": deciding.may_review,
    "decide": deciding.may_decide,
    "serve-decision": publishing.may_serve,
    "publish": publishing.may_publish,
    "postpone-payment": executing.may_postpone,
    "record-payment": executing.may_pay,
    "start-daily-fine": executing.may_start_daily,
    "stop-daily-fine": executing.may_stop_daily,
    "apply-to-court": executing.may_apply_to_court,
    "execute": executing.may_execute,
    "close": closing.may_close,
}
