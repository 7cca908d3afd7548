"""出具文书 · Issues a paper, makes its bytes again, takes it back: the rules of services.hazard.paper with their I/O."""

from base64 import b32encode
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import partial
from operator import attrgetter
from typing import Final
from uuid import UUID, uuid5

from contracts.envelope import Event
from contracts.numbering import DocumentKind, NumberDrawn
from contracts.paper import PaperIssued, PaperKind, PaperPlaced, PrintedPerson
from contracts.values import PersonId
from services.attachments import Attachments
from services.hazard import numbers, paper
from services.hazard.handling import Beside, Decision, Done, Handling, Sender
from services.hazard.hazards import OutOfScope
from services.hazard.occasion import SHANGHAI, Occasion
from services.hazard.paper import IssuePaper, Paper, PaperPlace, WithdrawPaper
from services.hazard.papers import naming_persons, setting
from services.hazard.papers.content import Content
from services.hazard.papers.gathering import Gathered, Reader, gather
from services.hazard.papers.making import About, Names
from services.hazard.papers.setting import Pair
from services.hazard.papers.templates import Templates
from services.hazard.papers.told import main_person
from services.hazard.policy import Policy
from services.hazard.recalling import Kind, NotFound
from services.hazard.store import stream_of
from services.people import People
from services.trouble import Trouble

PAPER = Kind("paper", Paper(), paper.evolve, place=attrgetter("division"))
PLACE = Kind("paper-place", PaperPlace(), paper.evolve_place)
# Each kind of paper is counted by itself.
SERIES: Final = {
    PaperKind.RECORD: DocumentKind.INSPECTION_RECORD,
    PaperKind.REINSPECTION: DocumentKind.REINSPECTION_OPINION,
    PaperKind.REPORT: DocumentKind.INSPECTION_REPORT,
    PaperKind.LIST: DocumentKind.HAZARD_LIST,
}
PLACES: Final = UUID("6b0a4a0e-0c39-5d3e-8a5e-5f1f4f0b6a21")  # of ids that a kind and a record make
CODE_BYTES: Final = 16  # 128 bits: nobody guesses one


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperDesk:
    """文书台 · What issuing needs beside the log: people, kept templates, and where the QR code leads."""

    handling: Handling
    people: People
    attachments: Attachments
    templates: Templates
    public_url: str

    def code(self, key: str) -> str:
        """查验码 · Of a paper's id, by a key of the installation: unguessable, and the same when sent again."""
        return b32encode(self.people.keys.match("paper", key)[:CODE_BYTES]).decode().rstrip("=").lower()

    def address(self, code: str) -> str:
        """查验网址 · What the QR code opens."""
        return f"{self.public_url.rstrip('/')}/p/{code}"


@dataclass(frozen=True, slots=True)
class Numbered:
    """文号 · The number, its place in a series of its own, and what is written to the series beside."""

    number: str
    n: int | None = None
    beside: tuple[Beside, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Remade:
    """重现 · The bytes of an issued paper, and whether somebody on it was erased since."""

    issued: PaperIssued
    pair: Pair
    erased: bool


def place_key(kind: PaperKind, of: str) -> str:
    """现行文书标识 · Of the place that one current paper of a kind has at a record."""
    return str(uuid5(PLACES, f"{kind.value}/{of}"))


async def issue(desk: PaperDesk, sender: Sender, key: str, ask: IssuePaper) -> Done:
    """出具文书 · Gathered, checked, numbered, set and stored with its digests; the one before it gives way."""
    handling = desk.handling

    async def decide(state: Paper, occasion: Occasion) -> Decision:
        paper.may_issue(state, ask, occasion)
        occasion.check_time(None)
        reader = Reader(handling)
        gathered = await gather(reader, ask.kind, ask.of, ask.hazards or None, on=occasion.today)
        if not sender.scope.covers(gathered.enterprise.division, gathered.enterprise_id):
            raise OutOfScope
        place_id = place_key(ask.kind, ask.of)
        place = await handling.lean_on(PLACE, place_id)
        before = await handling.lean_on(PAPER, place.paper) if place.paper else Paper()
        paper.check_place(place, before, ask)
        paper.check_hazards(ask, gathered.hazards, gathered.enterprise_id)
        paper.check_notice(ask, gathered.document, voided=gathered.voided)
        numbering = await numbered(handling, occasion, ask, gathered, key)
        event = await made(desk, sender, key, ask, occasion, gathered, reader, numbering)
        if before.current:
            event = event.model_copy(update={"replaces": place.paper})
        placed = PaperPlaced(kind=ask.kind, of=ask.of, paper=key, number=event.number)
        beside = (
            *numbering.beside,
            Beside(subject=PLACE.subject(place_id), version=place.version, events=(placed,)),
            *giving_way(place, before, key, event.number),
        )
        # What it was made from stands still until it is stored: a paper is never behind its record.
        leans = {stream_of(one.subject): one.version for one in reader.made_from}
        return Decision(
            events=(event,),
            division=gathered.enterprise.division,
            beside=beside,
            leans=leans,
            names={name_of(event.code): UUID(key)},
        )

    return await handling.handle(sender, PAPER, key, decide, told)


def giving_way(place: PaperPlace, before: Paper, key: str, number: str) -> tuple[Beside, ...]:
    """取代 · The paper that stood until now says by which it is superseded."""
    if place.paper is None or not before.current:
        return ()
    events: tuple[Event, ...] = paper.supersede(before, key, number)
    return (Beside(subject=PAPER.subject(place.paper), version=before.version, events=events),)


async def numbered(
    handling: Handling, occasion: Occasion, ask: IssuePaper, gathered: Gathered, key: str
) -> Numbered:
    """编号 · An order bears the number of its notice; every other paper the next of its office's series."""
    if ask.kind is PaperKind.ORDER:
        if gathered.notice is None:
            raise paper.NothingToPrint("所列隐患没有责令整改文书编号")
        return Numbered(gathered.notice)
    drawn = await numbers.draw(handling, occasion, SERIES[ask.kind], PAPER.subject(key))
    return Numbered(drawn.number, drawn.event.n, (drawn.beside,))


async def made(
    desk: PaperDesk,
    sender: Sender,
    key: str,
    ask: IssuePaper,
    occasion: Occasion,
    gathered: Gathered,
    reader: Reader,
    numbering: Numbered,
) -> PaperIssued:
    """制作 · The bytes of both forms and the event that holds their digests; names are kept beside the log first."""
    policy = await policy_of(desk.handling, gathered, occasion.today)
    about = about_of(gathered, policy, ask, desk, key, number=numbering.number, dated=occasion.today)
    by_id = Names()
    said = setting.content(ask.kind, gathered, about, by_id)
    persons, names = await printed(desk, sender, key, gathered, tuple(by_id.asked), occasion)
    word_template, pdf_template = desk.templates.word(ask.kind), desk.templates.pdf(ask.kind)
    pair = await setting.set_both(
        setting.content(ask.kind, gathered, about, names), word_template, pdf_template, about.dated
    )
    return PaperIssued(
        kind=ask.kind,
        number=about.number,
        n=numbering.n,
        enterprise=gathered.enterprise_id,
        of=ask.of,
        made_from=reader.made_from,
        office=ask.office,
        dated=about.dated,
        code=about.code,
        address=about.address,
        word_template=await desk.attachments.keep(word_template),
        pdf_template=await desk.attachments.keep(pdf_template),
        content=setting.digest_of(said),
        docx=setting.digest(pair.docx),
        pdf=setting.digest(pair.pdf),
        made_with=setting.made_with(),
        persons=persons,
        reason=ask.reason,
    )


def about_of(
    gathered: Gathered,
    policy: Policy,
    ask: IssuePaper,
    desk: PaperDesk,
    key: str,
    *,
    number: str,
    dated: date,
) -> About:
    """出具情况 · Of a paper that is issued now; its code comes from its id."""
    code = desk.code(key)
    return About(
        number=number,
        office=ask.office,
        dated=dated,
        address=desk.address(code),
        code=code,
        enterprise=gathered.enterprise,
        policy=policy,
        district=gathered.district,
    )


async def printed(
    desk: PaperDesk,
    sender: Sender,
    key: str,
    gathered: Gathered,
    asked: tuple[PersonId, ...],
    occasion: Occasion,
) -> tuple[tuple[PrintedPerson, ...], Names]:
    """所载人员 · Joined and kept: what the event holds of them, and what the paper prints."""
    joined = await naming_persons.join(
        desk.people, asked, phone_of=main_person(gathered.enterprise), reader=sender.person
    )
    persons, shown = await naming_persons.keep(desk.people, key, joined, at=occasion.now)
    return persons, Names(shown)


async def remake(desk: PaperDesk, key: str, state: Paper, *, reader: str) -> Remade:
    """重现 · The bytes again, from the streams as they stood and the names as they were printed.

    Raises Trouble paper-not-reproduced when they are not the ones whose digest is on record and nobody was erased.
    """
    issued = state.issued
    if issued is None:
        raise NotFound("文书")
    names = Names(await naming_persons.again(desk.people, issued.persons, reader=reader))
    said = await said_again(desk, issued, names)
    word_template = await desk.attachments.kept(issued.word_template)
    pdf_template = await desk.attachments.kept(issued.pdf_template)
    pair = await setting.set_both(said, word_template, pdf_template, issued.dated)
    erased = naming_persons.any_erased(desk.people, issued.persons)
    same = (setting.digest(pair.docx), setting.digest(pair.pdf)) == (issued.docx, issued.pdf)
    if not same and not erased:
        raise Trouble(
            "paper-not-reproduced",
            f"文书 {issued.number} 未能逐字节重现，请以原件及其摘要为准（出具时：{issued.made_with}）",
        )
    return Remade(issued=issued, pair=pair, erased=erased)


async def said_again(desk: PaperDesk, issued: PaperIssued, names: Names) -> Content:
    """重读内容 · From the versions that it was made from, by the policy of its day."""
    reader = Reader(desk.handling, {one.subject: one.version for one in issued.made_from})
    hazards = [one.subject.partition("/")[2] for one in issued.made_from if one.subject.startswith("hazard/")]
    gathered = await gather(reader, issued.kind, issued.of, hazards, on=issued.dated)
    about = About(
        number=issued.number,
        office=issued.office,
        dated=issued.dated,
        address=issued.address,
        code=issued.code,
        enterprise=gathered.enterprise,
        policy=await policy_of(desk.handling, gathered, issued.dated),
        district=gathered.district,
    )
    return setting.content(issued.kind, gathered, about, names)


async def policy_of(handling: Handling, gathered: Gathered, on: date) -> Policy:
    """当日当地政策 · Where the enterprise is, on the day of the paper: the same on every later day."""
    return await handling.policy_at(gathered.enterprise.division, datetime.combine(on, time(12), SHANGHAI))


async def withdraw(desk: PaperDesk, sender: Sender, key: str, ask: WithdrawPaper) -> Done:
    """撤销文书 · By the head of the office."""

    async def decide(state: Paper, occasion: Occasion) -> Decision:
        occasion.check_time(None)
        events = paper.withdraw_paper(state, ask, occasion)
        beside = await voided(desk.handling, key, state, ask.reason)
        return Decision(events=events, division=state.division, beside=beside)

    return await desk.handling.handle(sender, PAPER, key, decide, told, partial(check_reach, sender=sender))


async def voided(handling: Handling, key: str, state: Paper, reason: str) -> tuple[Beside, ...]:
    """文号作废 · In the series that the number was drawn from; an order's number is its notice's."""
    issued = state.issued
    if issued is None or issued.n is None:
        return ()
    drawn = NumberDrawn(
        office=state.organisation,
        kind=SERIES[issued.kind],
        year=issued.dated.year,
        n=issued.n,
        number=issued.number,
        document=PAPER.subject(key),
    )
    return (await numbers.void(handling, drawn, reason),)


def check_reach(state: Paper, sender: Sender) -> None:
    """管辖检查 · Somebody else's paper does not exist for the caller."""
    enterprise = state.issued.enterprise if state.issued else None
    if state.issued is None or not sender.scope.covers(state.division, enterprise):
        raise NotFound("文书")


async def by_code(handling: Handling, code: str) -> tuple[str, Paper] | None:
    """按查验码查找 · The paper whose QR code holds it; None for a code that nobody was given."""
    found = await handling.log.named(name_of(code))
    if found is None:
        return None
    state = await handling.read(PAPER, str(found))
    return (str(found), state) if state.issued and state.issued.code == code else None


def name_of(code: str) -> str:
    """名称索引 · How a paper is found by its code."""
    return f"paper/{code}"


def told(state: Paper) -> dict[str, str]:
    """回执 · The number and where it stands."""
    status = "CURRENT" if state.current else "WITHDRAWN" if state.withdrawn else "SUPERSEDED"
    return {"status": status} | ({"number": state.issued.number} if state.issued else {})
