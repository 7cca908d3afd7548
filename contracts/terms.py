"""期限代码 · Closed lists of what runs beside the status: deadlines, extensions, service of a notice."""

from contracts.values import Named


class Timeliness(Named):
    """时限 · How what is owed stands against the clock."""

    NONE = "NONE", "无期限"
    ON_TIME = "ON_TIME", "期限内"
    DUE_SOON = "DUE_SOON", "即将到期"
    OVERDUE = "OVERDUE", "逾期"


class ExtensionState(Named):
    """延期 · Where an application for more time stands."""

    NONE = "NONE", "未申请"
    REQUESTED = "REQUESTED", "已申请"
    SUPERVISOR_AGREED = "SUPERVISOR_AGREED", "初审同意"
    GRANTED = "GRANTED", "已批准"
    REFUSED = "REFUSED", "未批准"


class Owing(Named):
    """应办事项 · What somebody owes about a hazard by a day."""

    TRIAGE = "TRIAGE", "上报关键检查项的隐患"
    CONFIRMATION = "CONFIRMATION", "核实"
    PLAN = "PLAN", "报送治理方案"
    SERVICE = "SERVICE", "送达文书"
    RECTIFICATION = "RECTIFICATION", "整改"
    EXTENSION_ANSWER = "EXTENSION_ANSWER", "答复延期申请"
    REINSPECTION = "REINSPECTION", "复查"
    PROGRESS = "PROGRESS", "报告整改进展"
    TRANSFER_ANSWER = "TRANSFER_ANSWER", "答复移送"


class Side(Named):
    """责任方 · Against whom a missed limit is held."""

    ENTERPRISE = "ENTERPRISE", "企业"
    OFFICE = "OFFICE", "监管单位"


class ServiceMethod(Named):
    """送达方式 · How a notice came to whom it binds."""

    DIRECT = "DIRECT", "直接送达"
    LEFT = "LEFT", "留置送达"
    POST = "POST", "邮寄送达"
    ELECTRONIC = "ELECTRONIC", "电子送达"
