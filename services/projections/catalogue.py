"""读模型目录 · Every read model there is: a new one is one module and one word here."""

from services.projections import (
    campaign_coverage,
    cases,
    enterprise_file,
    ledger,
    service_duty,
    tallies,
    trail,
    visits,
)
from services.projections.projection import Projection

PROJECTIONS: tuple[Projection, ...] = (
    ledger,
    trail,
    enterprise_file,
    tallies,
    service_duty,
    cases,
    campaign_coverage,
    visits,
)
