"""核对快照 · Whether what is kept of a life is what its events fold to: a rule that reads a false state decides wrongly."""

from collections.abc import Mapping
from typing import Any

from contracts.catalogue import open_event
from contracts.envelope import decode
from services.hazard.enterprises import CREDIT_CODE
from services.hazard.hazards import ENTERPRISE, FORM, HAZARD, PERSON
from services.hazard.mapper import Fact
from services.hazard.on_visit import VISIT
from services.hazard.proofs.findings import Findings
from services.hazard.recalling import Kind
from services.hazard.visits import VISIT_COUNT
from services.postgres import Connection

# Any: a state of its own for each. A snapshot of another form is read by nobody.
KINDS: Mapping[str, Kind[Any]] = {
    kind.form: kind for kind in (HAZARD, ENTERPRISE, PERSON, CREDIT_CODE, VISIT, VISIT_COUNT, FORM)
}

_SNAPSHOTS = "select stream, form, version, state from log.snapshots where form = any(%s) order by stream"
_EVENTS = "select body from log.events where stream = %s and version <= %s order by version"


async def audit_snapshots(connection: Connection, findings: Findings) -> int:
    """核对 · Every snapshot that a command would begin from; gives how many there were."""
    checked = 0
    async with connection.cursor(binary=True) as cursor:
        rows = await (await cursor.execute(_SNAPSHOTS, (list(KINDS),))).fetchall()
        for stream, form, version, state in rows:
            events = await (await cursor.execute(_EVENTS, (stream, version))).fetchall()
            if not _true(KINDS[form], state, [body for (body,) in events]):
                findings.add("SNAPSHOT_FALSE", None, f"{stream}：第 {version} 版")
            checked += 1
    return checked


def _true(kind: Kind[Any], state: bytes, bodies: list[bytes]) -> bool:  # of every kind
    try:
        envelopes = [decode(body) for body in bodies]
        facts = [Fact(envelope, open_event(envelope)) for envelope in envelopes]
        return bool(kind.unpack(state) == kind.fold(facts))
    except Exception:  # noqa: BLE001 — a body that was tampered with may fail in any way; it has its own finding
        return False
