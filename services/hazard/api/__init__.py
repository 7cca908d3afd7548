"""写侧接口 · The write side's routes, composed from one file for each thing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from fastapi import APIRouter

from services.attachments import Attachments
from services.hazard.api import (
    attachments,
    campaigns,
    cases,
    contracts,
    divisions,
    enterprises,
    forms,
    genuineness,
    hazards,
    imports,
    notices,
    numbers,
    openings,
    papers,
    people,
    policies,
    proofs,
    service_plans,
    visits,
)
from services.hazard.api.imports import ImportDesk
from services.hazard.api.rows import Desk
from services.hazard.api.sending import CallerOf, SentOf, show_headers
from services.hazard.handling import Handling
from services.hazard.ledger.importing import Importing
from services.hazard.papers.issuing import PaperDesk
from services.hazard.papers.templates import SHIPPED, Templates
from services.people import People
from services.postgres import Pool


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteSide:
    """写侧 · What the routes are given."""

    handling: Handling
    attachments: Attachments
    people: People
    proofs: Pool
    importing: Importing
    caller_of: CallerOf
    log_id: UUID
    now: Callable[[], datetime]
    templates: Templates = SHIPPED
    public_url: str = ""

    def paper_desk(self) -> PaperDesk:
        """文书台 · What issuing papers is given."""
        return PaperDesk(
            handling=self.handling,
            people=self.people,
            attachments=self.attachments,
            templates=self.templates,
            public_url=self.public_url,
        )


def routes(side: WriteSide) -> tuple[APIRouter, ...]:
    """路由 · Everything under /api/v1 that writes, and what is read straight from the log."""
    sent_of = SentOf(side.caller_of, side.now)
    desk = ImportDesk(side.people, side.importing, side.handling)
    given = (side.handling, side.attachments, sent_of, side.caller_of, side.log_id, side.now)
    made = (
        hazards.routes(side.handling, side.attachments, side.people, sent_of, side.caller_of, side.log_id),
        openings.routes(side.handling, side.caller_of),
        enterprises.routes(side.handling, side.attachments, sent_of, side.caller_of, side.log_id),
        visits.routes(side.handling, side.attachments, side.people, sent_of, side.caller_of, side.log_id),
        forms.routes(side.handling, side.attachments, sent_of, side.caller_of, side.log_id),
        notices.routes(side.handling, side.attachments, side.people, sent_of, side.caller_of, side.log_id),
        numbers.routes(side.handling, side.attachments, sent_of, side.caller_of, side.log_id),
        service_plans.routes(side.handling, side.attachments, sent_of, side.caller_of, side.log_id),
        campaigns.routes(side.handling, side.attachments, sent_of, side.caller_of, side.log_id),
        people.routes(
            side.handling, side.people, side.attachments, sent_of, side.caller_of, side.log_id, side.now
        ),
        cases.routes(Desk(side.handling, side.attachments, sent_of, side.log_id), side.caller_of),
        policies.routes(*given),
        divisions.routes(*given),
        papers.routes(side.paper_desk(), sent_of, side.caller_of, side.log_id),
        genuineness.routes(side.handling, side.people, side.now),
        attachments.routes(side.attachments, side.caller_of),
        imports.routes(desk, sent_of, side.caller_of),
        contracts.routes(side.handling.log, side.caller_of),
        proofs.routes(side.proofs, side.caller_of),
    )
    for router in made:
        show_headers(router.routes)
    return made
