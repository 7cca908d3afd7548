"""取号 · Drawing and voiding a number beside the command that numbers a document; setting an office's word.

For whoever numbers documents: `drawn = await draw(handling, occasion, kind, document)` inside `decide`, the number into
the document's own event, and `drawn.beside` into the decision. The number is then stored with the document or not at all.
"""

from dataclasses import dataclass

from contracts.numbering import DocumentKind, NumberDrawn, NumberKept
from services.hazard import numbering
from services.hazard.handling import Beside, Decision, Done, Handling, Sender
from services.hazard.numbering import NumberSeries, OfficeWords, SetOfficeWord, series_key
from services.hazard.occasion import Occasion
from services.hazard.recalling import Kind

SERIES = Kind("number-series", NumberSeries(), numbering.evolve_series)
WORDS = Kind("office-words", OfficeWords(), numbering.evolve_words)
ALL = "words"  # one stream for the words of all offices: that none has another's is a question about all of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """取得文号 · The number, what is written to its series beside the command, and the event for a later voiding."""

    event: NumberDrawn
    beside: Beside

    @property
    def number(self) -> str:
        """文号 · As the office writes it."""
        return self.event.number


async def draw(
    handling: Handling, occasion: Occasion, kind: DocumentKind, document: str, *, office: str | None = None
) -> Drawn:
    """取号 · The next number of the office, by default the sender's, for a document's subject: notice/<uuid>.

    Within this process one command after another draws from a series; between processes the append decides.
    Raises NoOfficeWord.
    """
    office = office or occasion.organisation
    words = await handling.lean_on(WORDS, ALL)
    word = words.of(office, occasion.policy)
    key = series_key(office, kind, occasion.today.year)
    series = await handling.take_turn(SERIES, key)
    event = numbering.draw_number(series, word, occasion, office=office, kind=kind, document=document)
    return Drawn(
        event=event, beside=Beside(subject=SERIES.subject(key), version=series.version, events=(event,))
    )


async def keep(
    handling: Handling, occasion: Occasion, kind: DocumentKind, document: str, number: str, *, office: str
) -> tuple[NumberKept, Beside]:
    """纸质文号登记 · The number a paper bears already, and what is written to the series of its year: nothing is drawn.

    Raises NumberUnreadable, NumberTaken.
    """
    year, _ = numbering.year_and_n(number)
    words = await handling.lean_on(WORDS, ALL)
    key = series_key(office, kind, year)
    series = await handling.take_turn(SERIES, key)
    event = numbering.keep_number(
        series,
        number,
        words.ever(office, occasion.policy),
        occasion,
        office=office,
        kind=kind,
        document=document,
    )
    return event, Beside(subject=SERIES.subject(key), version=series.version, events=(event,))


async def void(handling: Handling, drawn: NumberDrawn, reason: str) -> Beside:
    """文号作废 · What is written to the series beside the command that voids the document. Raises NumberNotDrawn."""
    key = series_key(drawn.office, drawn.kind, drawn.year)
    series = await handling.take_turn(SERIES, key)
    event = numbering.void_number(series, drawn, reason)
    return Beside(subject=SERIES.subject(key), version=series.version, events=(event,))


async def set_word(handling: Handling, sender: Sender, ask: SetOfficeWord) -> Done:
    """设定代字 · Of the sender's own office."""

    async def decide(state: OfficeWords, occasion: Occasion) -> Decision:
        occasion.check_time(None)
        return Decision(events=numbering.set_office_word(state, ask, occasion), division=sender.division)

    return await handling.handle(sender, WORDS, ALL, decide)
