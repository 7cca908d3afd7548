"""隐患命令表 · Every command on a hazard, in the order of its life: path, ask, rule, words."""

from dataclasses import dataclass

from services.hazard.command_row import CommandRow
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
    rectifying,
    reinspecting,
    reporting,
    serving,
    supervising,
    timing,
    transferring,
)


@dataclass(frozen=True, slots=True)
class HazardCommand(CommandRow):
    """隐患命令 · One row: the path under /hazards/{id}/ and what else it needs."""

    registers: bool = False  # needs a number and the enterprise's profile


COMMANDS: tuple[HazardCommand, ...] = (
    HazardCommand("submit", reporting.SubmitHazard, reporting.submit_hazard, "上报隐患", registers=True),
    HazardCommand("confirm", reporting.ConfirmHazard, reporting.confirm_hazard, "核实隐患", registers=True),
    HazardCommand("reject", reporting.RejectAsNotHazard, reporting.reject_as_not_hazard, "认定非隐患"),
    HazardCommand("mark-duplicate", reporting.MarkDuplicate, reporting.mark_duplicate, "标记重复"),
    HazardCommand("void", reporting.VoidHazard, reporting.void_hazard, "作废"),
    HazardCommand("classify", classifying.ClassifyHazard, classifying.classify_hazard, "定级分类"),
    HazardCommand(
        "upgrade-to-major", classifying.UpgradeToMajor, classifying.upgrade_to_major, "升级为重大隐患"
    ),
    HazardCommand(
        "advise-rectification", ordering.AdviseRectification, ordering.advise_rectification, "提出整改建议"
    ),
    HazardCommand(
        "order-rectification", ordering.OrderRectification, ordering.order_rectification, "责令整改"
    ),
    HazardCommand("ask-rectification", ordering.AskRectification, ordering.ask_rectification, "要求整改"),
    HazardCommand(
        "assign-responsible", ordering.AssignResponsible, ordering.assign_responsible, "指定责任人"
    ),
    HazardCommand("urge-rectification", ordering.UrgeRectification, ordering.urge_rectification, "督促整改"),
    HazardCommand("serve-notice", serving.ServeNotice, serving.serve_notice, "送达文书"),
    HazardCommand(
        "record-signature-refusal",
        serving.RecordSignatureRefusal,
        serving.record_signature_refusal,
        "记录拒绝签字",
    ),
    HazardCommand("request-extension", extending.RequestExtension, extending.request_extension, "申请延期"),
    HazardCommand("agree-extension", extending.AgreeExtension, extending.agree_extension, "初审同意延期"),
    HazardCommand("grant-extension", extending.GrantExtension, extending.grant_extension, "批准延期"),
    HazardCommand("refuse-extension", extending.RefuseExtension, extending.refuse_extension, "不批准延期"),
    HazardCommand(
        "record-deadline-missed", timing.RecordDeadlineMissed, timing.record_deadline_missed, "记录逾期"
    ),
    HazardCommand("recompute-deadline", timing.RecomputeDeadline, timing.recompute_deadline, "重算期限"),
    HazardCommand("require-plan", planning.RequirePlan, planning.require_plan, "要求治理方案"),
    HazardCommand("waive-plan", planning.WaivePlan, planning.waive_plan, "免予治理方案"),
    HazardCommand("file-plan", planning.FilePlan, planning.file_plan, "备案治理方案"),
    HazardCommand("accept-plan", planning.AcceptPlan, planning.accept_plan, "通过治理方案"),
    HazardCommand("return-plan", planning.ReturnPlan, planning.return_plan, "退回治理方案"),
    HazardCommand("fix-on-spot", rectifying.FixOnSpot, rectifying.fix_on_spot, "当场整改"),
    HazardCommand("report-progress", rectifying.ReportProgress, rectifying.report_progress, "报告整改进展"),
    HazardCommand(
        "submit-rectification", rectifying.SubmitRectification, rectifying.submit_rectification, "提交整改"
    ),
    HazardCommand("reinspect", reinspecting.Reinspect, reinspecting.reinspect, "复查"),
    HazardCommand("close", closing.CloseHazard, closing.close_hazard, "销号"),
    HazardCommand("reopen", closing.ReopenHazard, closing.reopen_hazard, "重新打开"),
    HazardCommand("transfer", transferring.TransferHazard, transferring.transfer_hazard, "移送"),
    HazardCommand("accept-transfer", transferring.AcceptTransfer, transferring.accept_transfer, "接收移送"),
    HazardCommand("return-transfer", transferring.ReturnTransfer, transferring.return_transfer, "退回移送"),
    HazardCommand(
        "escalate-to-department",
        escalating.EscalateToDepartment,
        escalating.escalate_to_department,
        "升级报告",
    ),
    HazardCommand("propose-penalty", enforcing.ProposePenalty, enforcing.propose_penalty, "提出处罚建议"),
    HazardCommand(
        "refer-to-enforcement", enforcing.ReferToEnforcement, enforcing.refer_to_enforcement, "移送执法"
    ),
    HazardCommand("link-case", enforcing.LinkCase, enforcing.link_case, "关联案件"),
    HazardCommand(
        "note-case-decision", enforcing.NoteCaseDecision, enforcing.note_case_decision, "记录处理决定"
    ),
    HazardCommand("note-case-closure", enforcing.NoteCaseClosure, enforcing.note_case_closure, "记录结案"),
    HazardCommand("correct-record", correcting.CorrectRecord, correcting.correct_record, "更正记录"),
    HazardCommand("landlord-respond", answering.LandlordRespond, answering.landlord_respond, "房东答复"),
    HazardCommand(
        "downgrade-to-general",
        classifying.DowngradeToGeneral,
        classifying.downgrade_to_general,
        "降为一般隐患",
    ),
    HazardCommand(
        "impose-interim-measure",
        measuring.ImposeInterimMeasure,
        measuring.impose_interim_measure,
        "采取临时措施",
    ),
    HazardCommand("request-lift", lifting.RequestLift, lifting.request_lift, "申请解除临时措施"),
    HazardCommand(
        "lift-interim-measure", lifting.LiftInterimMeasure, lifting.lift_interim_measure, "解除临时措施"
    ),
    HazardCommand("refuse-lift", lifting.RefuseLift, lifting.refuse_lift, "不同意解除临时措施"),
    HazardCommand("apply-compulsion", measuring.ApplyCompulsion, measuring.apply_compulsion, "采取强制措施"),
    HazardCommand(
        "list-for-supervision", supervising.ListForSupervision, supervising.list_for_supervision, "挂牌督办"
    ),
    HazardCommand(
        "request-acceptance", supervising.RequestAcceptance, supervising.request_acceptance, "申请验收"
    ),
    HazardCommand("accept-listed", supervising.AcceptListed, supervising.accept_listed, "验收"),
    HazardCommand("delist", supervising.Delist, supervising.delist, "摘牌"),
)
