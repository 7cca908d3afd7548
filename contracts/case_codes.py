"""案件代码 · Closed lists of an enforcement case: where it stands, what it collects, what stops its clock, what is due."""

from contracts.values import Named


class CaseStatus(Named):
    """案件状态 · The stages of an enforcement case (domain/lifecycle.md b.7)."""

    REFERRED = "REFERRED", "已移送待立案"
    NOT_FILED = "NOT_FILED", "不予立案"
    FILED = "FILED", "已立案"
    INVESTIGATING = "INVESTIGATING", "调查中"
    INFORMED = "INFORMED", "已告知"
    DECIDED = "DECIDED", "已决定"
    PUBLISHED = "PUBLISHED", "已公示"
    EXECUTED = "EXECUTED", "已执行"
    CLOSED = "CLOSED", "已结案"


class EvidenceKind(Named):
    """证据种类 · The kinds of evidence of APL 46."""

    DOCUMENT = "DOCUMENT", "书证"
    OBJECT = "OBJECT", "物证"
    RECORDING = "RECORDING", "视听资料"
    ELECTRONIC = "ELECTRONIC", "电子数据"
    TESTIMONY = "TESTIMONY", "证人证言"
    PARTY = "PARTY", "当事人的陈述"
    APPRAISAL = "APPRAISAL", "鉴定意见"
    SITE = "SITE", "勘验笔录、现场笔录"


class PauseReason(Named):
    """中止事由 · Why a clock of the case stands still."""

    HEARING = "HEARING", "听证"
    INSPECTION = "INSPECTION", "检验检测"
    APPRAISAL = "APPRAISAL", "鉴定评估"
    ANNOUNCEMENT = "ANNOUNCEMENT", "公告送达"
    REVIEW = "REVIEW", "行政复议"
    LAWSUIT = "LAWSUIT", "行政诉讼"


class CaseClock(Named):
    """案件时限 · What is due in a case by a day."""

    FILING = "FILING", "决定是否立案"
    DECISION = "DECISION", "作出处理决定"
    HEARING_REQUEST = "HEARING_REQUEST", "当事人要求听证"
    STATEMENT = "STATEMENT", "当事人陈述、申辩"
    SERVICE = "SERVICE", "送达决定书"
    PUBLICATION = "PUBLICATION", "公示处罚决定"
    PAYMENT = "PAYMENT", "缴纳罚款"
    COURT = "COURT", "申请法院强制执行"


class ClosureGround(Named):
    """提请关闭情形 · Which count of AQF 113 (1) is met."""

    SHORT = "SHORT", "一百八十日内三次处罚"
    LONG = "LONG", "一年内四次处罚"
