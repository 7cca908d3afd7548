"""主题 · NATS subjects: where, then what. No id: millions of subjects would cost the server memory."""

from contracts.division import LEVELS, tokens

STREAM = "SAFETY"
ALL = "safety.>"
CHECKPOINTS = "safetylog.checkpoint"
WAKE = "safetylog.wake"


def subject_of(division: str | None, event_type: str) -> str:
    """事件主题 · safety.33.01.11.005.hazard.captured for a division code and an event type."""
    return ".".join(("safety", *tokens(division), event_type))


def filter_of(prefix: str) -> str:
    """订阅范围 · The filter for a division prefix: 330111 -> safety.33.01.11.>.

    Raises ValueError for a prefix that is no level of the division tree.
    """
    if prefix and len(prefix) not in LEVELS[:4]:
        msg = f"行政区划前缀应为 2、4、6 或 9 位数字：{prefix}"
        raise ValueError(msg)
    parts = [prefix[start:end] for start, end in ((0, 2), (2, 4), (4, 6), (6, 9)) if prefix[start:end]]
    return ".".join(("safety", *parts, ">"))
