"""导入小结 · What the rows of a ledger became: visits, notices, orders and requests, in a sentence for the office."""

from collections import Counter

from services.hazard.policy import Policy


def became(made: Counter[str], policy: Policy, *, again: bool) -> tuple[str, ...]:
    """小结 · One sentence; none where nothing new was made. `again`: an import that was broken off went on.

    `made` counts visits, certified (those of them with enough certified officers), notices, noticed, ordered, asked.
    """
    needed = policy.limits.certified_officers
    parts = []
    if made["visits"]:
        parts.append(
            f"登记检查 {made['visits']} 次，其中 {made['certified']} 次记有 {needed} 名以上执法人员的有效执法证"
        )
    if made["notices"] or made["noticed"]:
        parts.append(f"立指令书 {made['notices']} 份（沿用纸质文号），据以责令整改 {made['noticed']} 条")
    if made["ordered"]:
        parts.append(
            f"按台账责令整改 {made['ordered']} 条，未立指令书（未填指令书文号，或者有效执法证不足 {needed} 个）"
        )
    if made["asked"]:
        parts.append(f"要求整改 {made['asked']} 条，不是责令")
    if not parts:
        return ()
    return (("续办部分：" if again else "") + "；".join(parts),)
