"""指标文本 · Figures in the text format that Prometheus and its kin read, version 0.0.4."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Gauge:
    """指标 · One figure that goes up and down: its name, what it means, its values by their labels."""

    name: str
    help: str
    values: Sequence[tuple[Mapping[str, str], float]]


def gauge(name: str, meaning: str, value: float) -> Gauge:
    """单值指标 · A figure without labels."""
    return Gauge(name, meaning, [({}, value)])


def exposed(gauges: Iterable[Gauge]) -> str:
    """成文 · The text a scraper reads; figures without a value are left out."""
    lines: list[str] = []
    for one in gauges:
        if not one.values:
            continue
        lines += [f"# HELP {one.name} {one.help}", f"# TYPE {one.name} gauge"]
        lines += [f"{one.name}{_labels(labels)} {_number(value)}" for labels, value in one.values]
    return "\n".join(lines) + "\n"


def _labels(labels: Mapping[str, str]) -> str:
    if not labels:
        return ""
    quoted = (f'{name}="{_escaped(value)}"' for name, value in labels.items())
    return "{" + ",".join(quoted) + "}"


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
