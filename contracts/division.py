"""行政区划 · Twelve-digit division codes: province 2, city 2, district 2, town 3, village 3."""

LEVELS = (2, 4, 6, 9, 12)
NOWHERE = "0" * 12


def prefix(code: str) -> str:
    """前缀 · The significant digits of a division code: 330111000000 -> 330111."""
    for length in LEVELS:
        if not code[length:].strip("0"):
            return code[:length]
    return code


def root(code: str) -> str:
    """区县 · The six digits of the district: 330111005000 -> 330111."""
    return code[:6]


def tokens(code: str | None) -> tuple[str, str, str, str]:
    """主题段 · Province, city, district and town as subject tokens; no place is all zeros."""
    code = code or NOWHERE
    return code[:2], code[2:4], code[4:6], code[6:9]
