"""给定 · The life of one hazard as it stands in the golden files, put into a real stream by the relay's user."""

from pathlib import Path

from contracts.envelope import decode
from contracts.subjects import subject_of
from services.jetstream import Message, connected, publish_batch, stream_end
from services.servers.nats import Nats

FOLDER = Path(__file__).parents[1] / "contracts" / "golden"
LOG = "5f2cbe52-3a49-4c8f-8a7e-0d1c9f8b6a11"
STEPS = ("captured", "submitted", "confirmation-requested", "registered", "confirmed", "classified")
LIFE = [(FOLDER / f"hazard.{step}.1.json").read_bytes() for step in STEPS]


async def publish(server: Nats, *bodies: bytes, division: str | None = None) -> None:
    """Puts events behind the stream's end, as they are; a division of one's own puts them elsewhere."""
    async with connected(server.url("relay"), name="test relay") as relay:
        end = await stream_end(relay)
        messages = [message(body, n, division) for n, body in enumerate(bodies, start=end + 1)]
        await publish_batch(relay, messages, after=end)


def message(body: bytes, position: int, division: str | None = None) -> Message:
    """As the relay publishes it, but the server is not asked to refuse it when it comes twice."""
    envelope = decode(body)
    headers = {
        "Content-Type": "application/cloudevents+json",
        "Hazard-Log": LOG,
        "Hazard-Position": str(position),
        "Hazard-Appended": envelope.time.isoformat(),
    }
    return Message(subject_of(division or envelope.division, envelope.type), body, headers)
