"""图表 · What ECharts is told to draw, from figures that the API answered. PURE."""

from collections.abc import Mapping, Sequence
from typing import Any

Option = dict[str, Any]  # of ECharts, by its own documentation

BLUE, GREEN, AMBER, RED, GREY = "#2f6fb2", "#2e9e64", "#e0a021", "#c8463c", "#9aa8b5"
FONT = 'system-ui, "Noto Sans CJK SC", "Microsoft YaHei", sans-serif'


def _base(**more: Any) -> Option:
    # The legend at the top: version 6 would put it over the axis.
    return {
        "textStyle": {"fontFamily": FONT},
        "animation": False,
        "tooltip": {"trigger": "axis"},
        "grid": {"left": 16, "right": 16, "top": 40, "bottom": 8, "containLabel": True},
        "legend": {"top": 4},
        **more,
    }


def trend(months: Sequence[str], lines: Mapping[str, Sequence[int]]) -> Option:
    """走势 · One line for each measure over the months."""
    return _base(
        color=[BLUE, GREEN, GREY],
        xAxis={"type": "category", "data": list(months)},
        yAxis={"type": "value", "minInterval": 1},
        series=[
            {"name": name, "type": "line", "data": list(values), "symbolSize": 7}
            for name, values in lines.items()
        ],
    )


def bars(names: Sequence[str], measures: Mapping[str, Sequence[int]]) -> Option:
    """条形 · The first name on top."""
    return _base(
        color=[BLUE, AMBER],
        xAxis={"type": "value", "minInterval": 1},
        yAxis={"type": "category", "data": list(names), "inverse": True},
        series=[
            {"name": name, "type": "bar", "data": list(values), "barMaxWidth": 18}
            for name, values in measures.items()
        ],
    )


def ring(counts: Mapping[str, int], kinds: Mapping[str, str]) -> Option:
    """亮灯 · A ring in green, yellow and red; `kinds` says which name is good, warn or bad."""
    colours = {"good": GREEN, "warn": AMBER, "bad": RED}
    return _base(
        tooltip={"trigger": "item"},
        series=[
            {
                "type": "pie",
                "radius": ["45%", "70%"],
                "center": ["50%", "56%"],
                "label": {"position": "inside", "formatter": "{c}", "color": "#fff", "fontSize": 14},
                "percentPrecision": 1,
                "data": [
                    {
                        "name": name,
                        "value": value,
                        "itemStyle": {"color": colours.get(kinds.get(name, ""), GREY)},
                        **({} if value else {"label": {"show": False}}),  # of a slice that is none
                    }
                    for name, value in counts.items()
                ],
            }
        ],
    )
