"""指标 · GET /metrics: what an operator's scraper asks for; no person, no content, only how far and how late.

Whoever asks from the machine itself needs no token, for a scraper beside the process has none; anybody else shows one
of any role. Behind a proxy on the same machine the address is the one it forwards.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address

from fastapi import FastAPI, Request, Response
from fastapi.security import HTTPAuthorizationCredentials
from fastapi.security.utils import get_authorization_scheme_param

from services.exposition import MEDIA_TYPE, Gauge, exposed, gauge
from services.hazard.api.sending import CallerOf
from services.hazard.figures import STATES, Standing, standing
from services.postgres import Pool
from services.projections.catalogue import PROJECTIONS
from services.projections.gauges import of_the_models
from services.projections.progress import progress

StreamEnd = Callable[[], Awaitable[int | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """观察 · Where the figures come from: the database as a reader, and the stream itself."""

    reads: Pool
    stream_end: StreamEnd
    caller_of: CallerOf
    now: Callable[[], datetime]

    async def text(self) -> str:
        """全文 · All figures, taken now, against the real ends of log and stream."""
        end = await self.stream_end()
        async with self.reads.connection() as connection:
            relay = await standing(connection, end)
        models = await progress(self.reads, PROJECTIONS, self.now())
        return exposed((*of_the_relay(relay, reachable=end is not None), *of_the_models(models)))


def of_the_relay(found: Standing, *, reachable: bool) -> tuple[Gauge, ...]:
    """转发指标 · Log, stream and what lies between."""
    states = [({"state": state}, float(state == found.state)) for state in STATES]
    return (
        gauge("hazard_log_position", "日志末端位置 · last position of the log", found.position),
        gauge(
            "hazard_log_refusing",
            "日志暂停受理 · 1 while the log takes nothing in",
            found.refusing is not None,
        ),
        gauge("hazard_stream_reachable", "事件流可达 · 1 when the stream answers this process", reachable),
        gauge(
            "hazard_stream_last_sequence",
            "事件流末端，不可达时为转发进程最后所见 · last sequence of the stream, or what the relay saw last",
            found.stream_end,
        ),
        gauge(
            "hazard_relay_lag_events", "未转发的事件数 · events not yet in the stream", found.behind_events
        ),
        gauge(
            "hazard_relay_lag_seconds",
            "最早未转发事件已等待的秒数 · age of the oldest event not yet in the stream",
            found.behind_seconds,
        ),
        Gauge("hazard_relay_state", "转发状态 · 1 for the state that holds", states),
    )


def add_metrics(app: FastAPI, watch: Watch) -> None:
    """安装 · The route, beside the health checks and like them not part of the API document."""

    @app.get("/metrics", include_in_schema=False)
    async def metrics(request: Request) -> Response:
        if not _from_here(request):
            scheme, token = get_authorization_scheme_param(request.headers.get("Authorization"))
            await watch.caller_of(
                HTTPAuthorizationCredentials(scheme=scheme, credentials=token) if token else None
            )
        return Response(await watch.text(), media_type=MEDIA_TYPE)


def _from_here(request: Request) -> bool:
    try:
        return request.client is not None and ip_address(request.client.host).is_loopback
    except ValueError:  # a socket has no address
        return False
