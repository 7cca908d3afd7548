"""问题类型 · RFC 9457: every refusal a client can meet, by its stable name."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from contracts.case_problems import OF_CASES


class FieldError(BaseModel):
    """字段错误 · What is wrong with one field of a request."""

    pointer: str = Field(description="JSON 指针", examples=["/deadline"])
    detail: str = Field(examples=["日期无效"])


class Problem(BaseModel):
    """问题 · The body of every refusal: application/problem+json."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "examples": [
                {
                    "type": "/problems/not-at-this-stage",
                    "code": "not-at-this-stage",
                    "title": "当前状态不允许此操作",
                    "status": 409,
                    "detail": "隐患处于「已销号」，不能提交整改",
                }
            ]
        },
    )

    type: str
    code: str
    title: str
    status: int
    detail: str
    errors: list[FieldError] | None = None

    def body(self) -> dict[str, Any]:
        """正文 · The JSON members, absent ones left out."""
        return self.model_dump(mode="json", exclude_none=True)


class ProblemType(BaseModel):
    """问题类型 · The HTTP status and the Chinese title of one kind of refusal."""

    model_config = ConfigDict(frozen=True)

    status: int = Field(ge=400, le=599)
    title: str


def _type(status: int, title: str) -> ProblemType:
    return ProblemType(status=status, title=title)


# 通用问题 · What any route may answer, whatever it is about.
TRANSPORT: dict[str, ProblemType] = {
    "unauthenticated": _type(401, "身份凭证无效"),
    "forbidden": _type(403, "没有权限"),
    "out-of-scope": _type(403, "不在您的管辖范围内"),
    "not-found": _type(404, "未找到"),
    "attachment-not-found": _type(404, "附件不存在"),
    "person-unknown": _type(404, "人员不存在"),
    "person-erased": _type(410, "人员信息已删除"),
    "workbook-erased": _type(410, "台账原件已删除"),
    "method-not-allowed": _type(405, "不支持此请求方法"),
    "not-acceptable": _type(406, "无法按要求的格式答复"),
    "too-large": _type(413, "内容过大"),
    "unsupported-media": _type(415, "文件类型不支持"),
    "malformed": _type(422, "请求内容有误"),
    "broken-attachment": _type(422, "附件损坏"),
    "personal-data": _type(422, "文字中含个人信息"),
    "attachment-unknown": _type(422, "引用的附件尚未上传"),
    "too-many-requests": _type(429, "请求过于频繁"),
    "bad-request": _type(400, "请求有误"),
    "internal": _type(500, "系统内部错误"),
    "busy": _type(503, "系统暂时繁忙"),
    "not-caught-up": _type(503, "数据尚未更新到所要求的位置"),
}

# 命令问题 · What sending a command can meet before any rule looks at it.
COMMANDS: dict[str, ProblemType] = {
    "idempotency-key-missing": _type(400, "缺少 Idempotency-Key"),
    "key-reused": _type(422, "同一 Idempotency-Key 已用于不同的内容"),
    "if-match-missing": _type(428, "缺少 If-Match"),
    "stale-version": _type(412, "记录已被他人更新"),
    "log-refusing": _type(503, "日志暂停受理"),
    "command-not-granted": _type(403, "该服务账号不得发送此命令"),
    "may-not-import": _type(403, "无权导入台账"),
    "not-a-workbook": _type(422, "不是可以读取的工作簿"),
    "no-ledger-here": _type(422, "工作簿中没有找到台账"),
}

# 文书问题 · What asking for the bytes of a paper can meet.
PAPERS: dict[str, ProblemType] = {
    "paper-not-reproduced": _type(409, "文书未能重现"),
}

# 读模型问题 · What an operator of the read models can meet.
READ_MODELS: dict[str, ProblemType] = {
    "may-not-operate": _type(403, "无权办理系统运维"),
    "no-such-projection": _type(404, "没有这个读模型"),
    "rebuild-under-way": _type(409, "重建正在进行"),
    "no-rebuild-under-way": _type(409, "没有正在进行的重建"),
    "rebuild-not-ready": _type(409, "重建尚未就绪"),
    "not-first-in-line": _type(409, "须先办理前面的事件"),
    "figures-lack-events": _type(409, "有事件尚未计入"),
}

# 证明问题 · What asking for a proof of the log can meet.
PROOFS: dict[str, ProblemType] = {
    "no-checkpoint-yet": _type(404, "日志尚无检查点"),
    "not-provable": _type(422, "无法给出证明"),
}

# 规则问题 · What the rules refuse: 403 for a power, 409 for a stage, a date or a missing piece.
RULES: dict[str, ProblemType] = {
    "may-not": _type(403, "无权办理"),
    "reporter-may-not-confirm": _type(403, "上报人不得核实自己的上报"),
    "not-the-author": _type(403, "只有记录人本人可以办理"),
    "visit-may-not-order": _type(403, "该类检查不得责令整改"),
    "town-outside-powers": _type(403, "本省未授权镇街办理"),
    "not-the-lister": _type(403, "只有挂牌督办单位可以办理"),
    "certificate-expired": _type(403, "执法证已过有效期"),
    "certificate-not-own": _type(403, "执法证号不是本人的"),
    "officer-uncertified": _type(403, "没有执法资格"),
    "officer-not-on-record": _type(403, "没有任职记录"),
    "too-few-officers": _type(403, "执法人员不足"),
    "not-self-found": _type(403, "企业只能对自查隐患自定期限"),
    "persons-not-distinct": _type(403, "提交、复查、销号须为不同的人"),
    "requester-may-not-approve": _type(403, "申请延期的人不得审批"),
    "supervisor-may-not-grant": _type(403, "初审人不得批准同一延期"),
    "uncertified-may-not-close": _type(403, "镇街无证人员销号须有复查照片"),
    "not-own-track": _type(403, "企业只能销号自查的一般隐患"),
    "submitter-may-not-close": _type(403, "自查隐患的提交人不得销号"),
    "submitter-may-not-reinspect": _type(403, "提交整改的人不得复查"),
    "enterprise-may-not-reinspect": _type(403, "企业人员不得复查"),
    "leader-signs-listing": _type(403, "挂牌督办须由本级政府领导签发"),
    "accepter-not-independent": _type(403, "验收人须独立于企业"),
    "town-may-not-impose": _type(403, "本省未授权镇街采取该措施"),
    "town-emergency-only": _type(403, "镇街只能采取必要的紧急措施"),
    "reviewer-not-independent": _type(403, "审查人须独立于企业"),
    "proposer-missing": _type(403, "降级须由另一名部门执法人员提出"),
    "may-not-keep-file": _type(403, "无权维护企业档案"),
    "not-the-holder": _type(403, "只有现责任单位或安委办可以移送"),
    "not-the-receiver": _type(403, "只有被移送的单位可以答复"),
    "committee-decides": _type(403, "已两次退回，由安委办决定"),
    "timer-only-overdue": _type(403, "系统只能因逾期升级"),
    "timer-only-proposes-overdue": _type(403, "系统只能因逾期或再次复查不合格提出处罚建议"),
    "too-late-to-correct": _type(403, "已过自行更正时限"),
    "not-the-landlord": _type(403, "不是该企业的房东"),
    "not-own-institution": _type(403, "不是本机构的服务计划"),
    "proposer-may-not-approve": _type(403, "提议人不得审批"),
    "may-not-set-policy": _type(403, "无权制定政策"),
    "drafter-may-not-publish": _type(403, "拟定人不得公布"),
    "may-not-keep-tree": _type(403, "无权维护区划"),
    "may-not-issue": _type(403, "无权出具该文书"),
    "may-not-withdraw": _type(403, "无权撤销该文书"),
    "too-late": _type(409, "发生时间过早"),
    "in-the-future": _type(409, "发生时间在未来"),
    "before-last-step": _type(409, "早于上一步"),
    "date-invalid": _type(409, "日期不合规"),
    "not-at-this-stage": _type(409, "当前状态不允许此操作"),
    "object-unknown": _type(409, "对象不明"),
    "enterprise-not-operating": _type(409, "企业已关闭"),
    "record-incomplete": _type(409, "记录不完整"),
    "unknown-category": _type(409, "隐患类别不存在"),
    "not-a-duplicate": _type(409, "不能标记为重复"),
    "clause-missing": _type(409, "重大隐患须引用判定条款"),
    "upgrade-instead": _type(409, "整改开始后请使用升级"),
    "downgrade-instead": _type(409, "重大隐患不能直接改为一般"),
    "already-major": _type(409, "已是重大隐患"),
    "plan-needed": _type(409, "重大隐患须先有治理方案"),
    "notice-missing": _type(409, "责令整改须有文书编号"),
    "reason-missing": _type(409, "变更责任人须说明理由"),
    "not-major": _type(409, "一般隐患不需要治理方案"),
    "plan-missing": _type(409, "尚未备案治理方案"),
    "not-five-in-place": _type(409, "五到位不完整"),
    "warning-sign-missing": _type(409, "缺少现场警示标志照片"),
    "plan-content-missing": _type(409, "治理方案内容缺失"),
    "not-reinspected": _type(409, "本轮没有复查合格记录"),
    "photos-missing": _type(409, "缺少照片"),
    "acceptance-report-missing": _type(409, "缺少企业验收报告"),
    "cost-missing": _type(409, "缺少整改资金"),
    "fixer-missing": _type(409, "缺少整改人"),
    "on-site-required": _type(409, "重大隐患须现场复查"),
    "nothing-to-serve": _type(409, "没有尚待送达的文书"),
    "refusal-not-reported": _type(409, "拒绝签字须报告主管部门"),
    "deadline-not-running": _type(409, "整改期限尚未起算"),
    "extension-too-late": _type(409, "期限届满后不得申请延期"),
    "extension-pending": _type(409, "已有待答复的延期申请"),
    "extensions-exhausted": _type(409, "延期次数已用完"),
    "deadline-not-later": _type(409, "延期后的期限须晚于现有期限"),
    "longer-than-requested": _type(409, "批准的期限不得超过申请的期限"),
    "longest-for-major": _type(409, "重大隐患超过最长治理期限"),
    "no-extension-requested": _type(409, "没有待答复的延期申请"),
    "not-agreed-yet": _type(409, "延期申请尚未初审"),
    "deadline-moved": _type(409, "期限已变更"),
    "not-yet-over": _type(409, "期限尚未届满"),
    "already-missed": _type(409, "该期限的逾期已记录"),
    "not-provisional": _type(409, "期限不是暂定的"),
    "still-unpublished": _type(409, "放假安排尚未公布"),
    "deadline-missing": _type(409, "复查不合格须给出新的期限"),
    "remark-missing": _type(409, "复查不合格须说明问题"),
    "transfer-file-missing": _type(409, "缺少移送材料"),
    "transfer-pending": _type(409, "移送尚未答复"),
    "no-transfer-offered": _type(409, "没有待答复的移送"),
    "already-the-holder": _type(409, "该单位已是责任单位"),
    "assigned-by-committee": _type(409, "安委办指定的移送不得退回"),
    "already-escalated": _type(409, "已升级到该级"),
    "not-overdue": _type(409, "尚未逾期"),
    "rung-not-reached": _type(409, "未到升级时间"),
    "reason-not-met": _type(409, "处罚事由不成立"),
    "already-proposed": _type(409, "已提出同一处罚建议"),
    "already-referred": _type(409, "已移送执法"),
    "not-at-this-case-stage": _type(409, "案件当前阶段不允许此操作"),
    "not-this-case": _type(409, "不是本隐患的案件"),
    "nothing-to-correct": _type(409, "没有需要更正的内容"),
    "report-not-corrected": _type(409, "举报原文不得更正"),
    "answer-not-shown": _type(409, "房东称已整改须有照片"),
    "already-general": _type(409, "本来就是一般隐患"),
    "order-served": _type(409, "已责令整改，不得作废"),
    "still-listed": _type(409, "尚未摘牌"),
    "measure-standing": _type(409, "临时措施尚未解除"),
    "only-major-listed": _type(409, "只有重大事故隐患可以挂牌督办"),
    "already-listed": _type(409, "已在挂牌督办"),
    "not-listed": _type(409, "未在挂牌督办"),
    "listing-number-invalid": _type(409, "文号须为「字〔年〕号」"),
    "progress-overdue": _type(409, "季度进展报告逾期"),
    "already-requested": _type(409, "已申请验收"),
    "acceptance-not-requested": _type(409, "企业尚未申请验收"),
    "acceptance-not-passed": _type(409, "验收不合格不得通过"),
    "not-accepted": _type(409, "尚未验收合格"),
    "paper-already-there": _type(409, "该文书已出具"),
    "paper-not-standing": _type(409, "文书已失效"),
    "paper-of-another-kind": _type(409, "所属记录与文书种类不符"),
    "nothing-to-print": _type(409, "没有可列入文书的内容"),
    "hazard-of-another": _type(409, "隐患不属于该单位"),
    "hazard-not-ordered": _type(409, "隐患没有责令整改"),
    "hazard-not-looked-at": _type(409, "隐患尚未复查"),
    "name-not-on-file": _type(409, "人员姓名没有登记"),
    "template-field-unknown": _type(409, "模板中有不认识的字段"),
    "template-unreadable": _type(409, "模板无法使用"),
    "measure-needs-major": _type(409, "只对重大事故隐患责令停产停业或撤人"),
    "immediate-report-missing": _type(409, "镇街采取紧急措施须立即报告"),
    "measure-notice-missing": _type(409, "采取措施须有决定书编号"),
    "no-measure": _type(409, "没有执行中的临时措施"),
    "lift-not-requested": _type(409, "企业尚未申请解除措施"),
    "lift-already-requested": _type(409, "已申请解除措施"),
    "stop-not-ordered": _type(409, "没有责令停产停业或停止使用的决定"),
    "power-cut-too-soon": _type(409, "停止供电须提前通知"),
    "urgency-unexplained": _type(409, "紧急情形须说明理由"),
    "number-unknown": _type(409, "没有该编号的隐患"),
    "not-registered": _type(409, "企业未建档"),
    "already-registered": _type(409, "企业已建档"),
    "already-closed-down": _type(409, "企业已关闭注销"),
    "nothing-changed": _type(409, "没有变化"),
    "credit-code-taken": _type(409, "统一社会信用代码已被其他企业使用"),
    "not-suspended": _type(409, "企业没有停产停业"),
    "visit-already-recorded": _type(409, "检查已记录"),
    "service-plan-exists": _type(409, "该企业当年已有服务计划"),
    "service-plan-over": _type(409, "服务计划已终止"),
    "plan-year-invalid": _type(409, "计划年度不合规"),
    "contract-not-in-force": _type(409, "服务合同无效"),
    "not-in-service-scope": _type(409, "不符合纳入服务的条件"),
    "duties-reason-missing": _type(409, "服务次数与政策不同须说明理由"),
    "nothing-owed": _type(409, "没有应办的服务"),
    "quarter-twice": _type(409, "季度重复"),
    "specialty-unknown": _type(409, "没有该专业"),
    "specialty-mismatch": _type(409, "专家专业与企业不符"),
    "expert-not-of-institution": _type(409, "不是该服务机构的专家"),
    "expert-change-pending": _type(409, "已有待批的专家更换"),
    "no-change-proposed": _type(409, "没有待批的专家更换"),
    "not-under-this-plan": _type(409, "不属于该服务计划"),
    "campaign-exists": _type(409, "专项行动已部署"),
    "not-at-this-campaign-stage": _type(409, "专项行动当前阶段不允许此操作"),
    "campaign-scope-outside": _type(409, "行动范围超出组织区划"),
    "campaign-target-invalid": _type(409, "行动目标有误"),
    "campaign-not-running": _type(409, "专项行动不在进行中"),
    "outside-campaign": _type(409, "不在专项行动范围内"),
    "already-appointed": _type(409, "已有同一任职"),
    "not-appointed": _type(409, "没有该任职"),
    "not-a-policy": _type(409, "政策内容有误"),
    "policy-contradicts-itself": _type(409, "政策自相矛盾"),
    "would-orphan": _type(409, "会使在办隐患失去依据"),
    "edition-taken": _type(409, "版次已公布"),
    "no-such-draft": _type(409, "没有该版草案"),
    "draft-outdated": _type(409, "草案已过时"),
    "policy-unchanged": _type(409, "与现行政策相同"),
    "effective-too-early": _type(409, "施行日期过早"),
    "effective-before-previous": _type(409, "施行日期早于上一版"),
    "beyond-calendar": _type(409, "超出日历"),
    "tree-contradicts-itself": _type(409, "区划自相矛盾"),
    "tree-unchanged": _type(409, "区划没有变化"),
    "division-not-in-force": _type(409, "区划代码无效"),
    "clause-unknown": _type(409, "没有该判定条款"),
    "clause-not-in-force": _type(409, "判定条款在发现之日无效"),
    "category-not-in-force": _type(409, "隐患类别在发现之日无效"),
    "no-office-word": _type(409, "单位尚未设定文书代字"),
    "word-taken": _type(409, "代字已为其他单位使用"),
    "word-unchanged": _type(409, "代字没有变化"),
    "not-the-issuer": _type(403, "只有制作单位可以办理"),
    "not-the-drafter": _type(403, "只有制作人或者单位负责人可以作废"),
    "signs-for-himself": _type(403, "企业人员只能本人签收"),
    "notice-not-at-this-stage": _type(409, "指令书当前状态不允许此操作"),
    "not-of-this-visit": _type(409, "不是该次检查发现的隐患"),
    "not-to-be-ordered": _type(409, "该隐患不能列入指令书"),
    "nothing-to-order": _type(409, "没有需要限期整改的隐患"),
    "too-many-items": _type(409, "隐患项数超过上限"),
    "already-served": _type(409, "指令书已经送达"),
    "not-yet-ordered": _type(409, "尚有隐患未责令整改"),
    "way-not-allowed": _type(409, "不得以该方式送达"),
    "refusal-not-recorded": _type(409, "留置送达须先记录拒绝签收"),
    "witness-missing": _type(409, "留置送达缺少见证"),
    "consent-missing": _type(409, "电子送达缺少确认书"),
    "recipient-missing": _type(409, "直接送达缺少签收人"),
    "already-acknowledged": _type(409, "该人员已经签收"),
    "served-with-its-notice": _type(409, "应随指令书一并送达"),
    "deadline-before-service": _type(409, "整改期限早于送达"),
    "notice-not-open": _type(409, "指令书不能再列责令"),
    "not-in-notice": _type(409, "该隐患不在指令书中"),
    "term-of-its-notice": _type(409, "文书编号和期限以指令书为准"),
    "order-acted-on": _type(409, "已据责令整改"),
    "number-not-drawn": _type(409, "没有发出该文号"),
    "visit-only-from-a-ledger": _type(403, "纸质检查记录只能通过台账导入"),
    "only-from-a-ledger": _type(403, "纸质文号只能通过台账导入"),
    "number-taken": _type(409, "文号已为另一份文书使用"),
    "number-unreadable": _type(409, "文号看不出年份和序号"),
}

# 检查问题 · What the rules of visits and forms refuse.
VISITS: dict[str, ProblemType] = {
    "visit-missing": _type(409, "没有写明所依据的检查"),
    "visit-unknown": _type(409, "没有该检查"),
    "visit-of-another": _type(409, "检查与隐患不在同一企业"),
    "visit-not-begun": _type(409, "检查尚未开始或者已取消"),
    "not-of-the-visit": _type(403, "不是该次检查的执法人员"),
    "not-on-the-recheck": _type(409, "该隐患不在复查范围"),
    "may-not-keep-forms": _type(403, "无权发布检查表"),
    "form-unknown": _type(409, "没有该检查表"),
    "form-version-withdrawn": _type(409, "该版检查表已停用"),
    "items-repeated": _type(409, "检查项编号重复"),
    "form-unchanged": _type(409, "检查表没有变化"),
    "not-at-this-visit-stage": _type(409, "检查当前状态不允许此操作"),
    "participant-missing": _type(409, "缺少应参加的人员"),
    "participant-twice": _type(409, "参加人员重复"),
    "expert-alone": _type(403, "专家不得单独检查"),
    "not-taking-part": _type(403, "不是在场的检查人员"),
    "may-not-visit": _type(403, "无权实施该类检查"),
    "visit-already-planned": _type(409, "检查已建立"),
    "entrustment-missing": _type(409, "缺少书面委托"),
    "entrustment-ended": _type(409, "委托已到期"),
    "lead-department-missing": _type(409, "缺少牵头部门"),
    "case-unnamed": _type(409, "缺少案件或者举报编号"),
    "nothing-to-recheck": _type(409, "缺少复查的隐患"),
    "recheck-elsewhere": _type(409, "复查的隐患不属于该企业"),
    "service-plan-missing": _type(409, "缺少服务计划"),
    "lead-not-taking-part": _type(409, "牵头人不在参加人员中"),
    "may-not-approve-visit": _type(403, "无权批准检查"),
    "visit-already-approved": _type(409, "检查已批准"),
    "approval-not-needed": _type(409, "该类检查无须批准"),
    "something-found": _type(409, "已有检查结果"),
    "not-approved": _type(409, "检查尚未批准"),
    "not-scanned-in": _type(409, "没有扫码入企"),
    "scanned-elsewhere": _type(409, "扫码与被检查企业不符"),
    "yearly-cap-reached": _type(409, "已达年度检查次数上限"),
    "exemption-unfounded": _type(409, "不计次事由不成立"),
    "item-unknown": _type(409, "检查表中没有该项"),
    "item-twice": _type(409, "同一检查项填写了两次"),
    "answer-unexplained": _type(409, "须说明理由"),
    "answer-unchanged": _type(409, "结论没有变化"),
    "answer-stands": _type(409, "由该项登记的隐患仍在办理"),
    "found-elsewhere": _type(409, "隐患与检查不在同一企业"),
    "full-visit-needed": _type(409, "该类检查须先计划"),
    "items-unanswered": _type(409, "检查表没有填完"),
    "may-not-sign": _type(403, "无权签字"),
    "witnesses-missing": _type(409, "见证人不足"),
    "not-yet-signed": _type(409, "尚未签字"),
    "approval-owing": _type(409, "尚未补批"),
    "may-not-archive": _type(403, "无权归档"),
}

CASES: dict[str, ProblemType] = {code: _type(*kind) for code, kind in OF_CASES.items()}

PROBLEM_TYPES: dict[str, ProblemType] = {
    **TRANSPORT,
    **COMMANDS,
    **PAPERS,
    **READ_MODELS,
    **PROOFS,
    **RULES,
    **VISITS,
    **CASES,
}
