"""问题类型 · RFC 9457: every refusal a client can meet, by its stable name."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


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
    "town-may-not-order": _type(403, "本省未授权镇街责令整改"),
    "not-self-found": _type(403, "企业只能对自查隐患自定期限"),
    "persons-not-distinct": _type(403, "提交、复查、销号须为不同的人"),
    "uncertified-may-not-close": _type(403, "镇街无证人员销号须有复查照片"),
    "not-own-track": _type(403, "企业只能销号自查的一般隐患"),
    "submitter-may-not-close": _type(403, "自查隐患的提交人不得销号"),
    "submitter-may-not-reinspect": _type(403, "提交整改的人不得复查"),
    "enterprise-may-not-reinspect": _type(403, "企业人员不得复查"),
    "may-not-keep-file": _type(403, "无权维护企业档案"),
    "may-not-set-policy": _type(403, "无权制定政策"),
    "drafter-may-not-publish": _type(403, "拟定人不得公布"),
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
    "fixer-missing": _type(409, "缺少整改人"),
    "on-site-required": _type(409, "重大隐患须现场复查"),
    "deadline-missing": _type(409, "复查不合格须给出新的期限"),
    "remark-missing": _type(409, "复查不合格须说明问题"),
    "number-unknown": _type(409, "没有该编号的隐患"),
    "not-registered": _type(409, "企业未建档"),
    "already-registered": _type(409, "企业已建档"),
    "already-closed-down": _type(409, "企业已关闭注销"),
    "nothing-changed": _type(409, "没有变化"),
    "credit-code-taken": _type(409, "统一社会信用代码已被其他企业使用"),
    "not-suspended": _type(409, "企业没有停产停业"),
    "visit-already-recorded": _type(409, "检查已记录"),
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
    "clause-unknown": _type(409, "没有该判定条款"),
    "clause-not-in-force": _type(409, "判定条款在发现之日无效"),
    "category-not-in-force": _type(409, "隐患类别在发现之日无效"),
}

PROBLEM_TYPES: dict[str, ProblemType] = {**TRANSPORT, **COMMANDS, **PROOFS, **RULES}
