"""读模型指标 · How far, how late, how fast: what a scraper is told of each read model, by whichever process it asks."""

from collections.abc import Callable

from services.exposition import Gauge
from services.projections.progress import Progress

MODELS: tuple[tuple[str, str, Callable[[Progress], float | None]], ...] = (
    ("position", "读模型位置 · position of a read model", lambda one: one.position),
    ("lag_events", "读模型落后的事件数 · events a read model is behind the log", lambda one: one.lag_events),
    (
        "lag_seconds",
        "读模型落后的秒数 · age of the oldest event a read model has not taken in",
        lambda one: one.lag_seconds,
    ),
    ("rate", "读模型每秒处理的事件数 · events a second a read model took in of late", lambda one: one.rate),
    ("batch_seconds", "最近一批用时 · seconds of the last batch", lambda one: one.batch_seconds),
    ("parked", "搁置的事件数 · events set aside, and those that wait behind them", lambda one: one.parked),
    ("healthy", "读模型正常 · 0 when far behind and no less than before", lambda one: one.healthy),
    (
        "rebuild_ratio",
        "重建进度 · share of the log a rebuild has taken in",
        lambda one: one.rebuild.ratio if one.rebuild else None,
    ),
)


def of_the_models(models: list[Progress]) -> tuple[Gauge, ...]:
    """读模型指标 · How each read model stands; one that has not begun has no lag to tell."""

    def values(of: Callable[[Progress], float | None]) -> list[tuple[dict[str, str], float]]:
        told = [({"projection": one.name, "version": str(one.version)}, of(one)) for one in models]
        return [(labels, value) for labels, value in told if value is not None]

    return tuple(Gauge(f"hazard_projection_{name}", meaning, values(of)) for name, meaning, of in MODELS)
