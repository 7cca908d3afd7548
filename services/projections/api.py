"""读接口 · The routes of all read models, composed; the web process mounts them beside the commands."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from fastapi import APIRouter

from services.people import People
from services.postgres import Pool
from services.projections import operating_routes, scorecards_routes, tallies
from services.projections.catalogue import PROJECTIONS
from services.projections.projection import Projection
from services.projections.reading import Reads
from services.projections.scorecards_routes import Cards
from services.tokens import Caller


def routes(
    pool: Pool,
    people: People,
    caller_of: Callable[..., Awaitable[Caller]],
    now: Callable[[], datetime],
    projections: Sequence[Projection] = PROJECTIONS,
    scorecards: Cards | None = None,
) -> APIRouter:
    """全部读接口 · Under /api/v1.

    `pool` acts as hazard_projections, `people` is the door to names; `caller_of` is the FastAPI dependency that
    gives the Caller (services.authentication.Authenticator); `now` is the clock; `scorecards` are those of the policy.
    """
    reads = Reads(pool, people, caller_of, now)
    router = APIRouter()
    for part in (
        *(projection.routes(reads) for projection in projections),
        operating_routes.routes(reads, projections),
        scorecards_routes.routes(reads, (tallies.NAME, tallies.VERSION), scorecards or {}),
    ):
        router.routes.extend(
            part.routes
        )  # side by side: an included router is searched anew for each request
    return router
