"""外观 · The files that pages are drawn with; they come with the package, nothing comes from elsewhere."""

from functools import cache
from pathlib import Path

ASSETS = Path(__file__).parent / "assets"


@cache
def read_asset(name: str) -> str:
    """素材 · A file of ours as text."""
    return (ASSETS / name).read_text(encoding="utf-8")
