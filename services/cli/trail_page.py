"""履历页 · The trail of one hazard as one page that can be printed: for an official or a judge, without a network."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from html import escape
from importlib.resources import files
from string import Template
from uuid import UUID

from contracts import hazard as life
from contracts.catalogue import open_event
from contracts.codes import category_name
from contracts.deadlines import moved_to
from contracts.envelope import Envelope, Event, decode
from contracts.values import SEALED_ROLES, Entry, Level, Role, Status
from services.cli.trail_details import details, digests
from services.projections.reading import Names
from services.projections.sentences import told
from services.projections.shanghai import date_words, instant_words, local
from services.projections.status import status_after

NAMED = "人员姓名取自出具时的人员登记。"
NAMELESS = "本页不列姓名，只列人员标识。"
SEALED = "身份保密"


@dataclass(frozen=True, slots=True)
class Step:
    """一步 · One stored event with its place in the log; `leaf` in bytes."""

    position: int
    appended_at: datetime
    body: bytes
    leaf: bytes


@dataclass(frozen=True, slots=True)
class Proof:
    """证明 · Which tree the steps stand in, and who signed it; `root` in bytes."""

    log_id: UUID
    size: int
    root: bytes
    at: datetime
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Summary:
    """概要 · What the head of the page says, folded from the events."""

    number: str = ""
    enterprise: str = ""
    credit_code: str = ""
    place: str = ""
    description: str = ""
    category: str = ""
    level: str = ""
    track: str = ""
    source: str = ""
    found_on: str = ""
    deadline: str = ""
    status: Status = Status.DRAFT


def page(hazard: UUID, steps: Sequence[Step], proof: Proof, names: Names, *, named: bool = True) -> str:
    """成页 · The whole page; the same steps, proof and names give the same text.

    `names` are by person id, and by hazard id for other hazards; who is not in it is shown by id.
    """
    opened = [(step, *_opened(step.body)) for step in steps]
    summary = _folded([event for _, _, event in opened])
    names = {**_enterprises(event for _, _, event in opened), **names}
    told_steps = (_step(step, envelope, event, names) for step, envelope, event in opened)
    template = Template((files("services.cli") / "trail.html").read_text(encoding="utf-8"))
    return template.substitute(
        number=escape(summary.number or f"隐患 {hazard}"),
        summary=_summary(hazard, summary),
        count=len(steps),
        naming=NAMED if named else NAMELESS,
        steps="\n".join(told_steps),
        proof=_proof(proof, len(steps)),
        leaves=_leaves(opened),
    )


def _opened(body: bytes) -> tuple[Envelope, Event]:
    envelope = decode(body)
    return envelope, open_event(envelope)


def _enterprises(events: Iterable[Event]) -> dict[str, str]:
    """Those of the enterprise act in its name: their organisation is its id."""
    registered = (event for event in events if isinstance(event, life.HazardRegistered))
    return {event.enterprise: event.enterprise_name for event in registered}


def _folded(events: Iterable[Event]) -> Summary:
    summary = Summary()
    for event in events:
        summary = replace(summary, **_said(event), status=status_after(summary.status, event))
    return summary


def _said(event: Event) -> dict[str, str]:
    match event:
        case life.HazardCaptured():
            found = {"place": event.place, "description": event.description, "enterprise": event.object_text}
            return {**_present(found), "source": event.source.zh}
        case life.HazardSubmitted():
            return {"place": event.place, "description": event.description, **_category(event.category)}
        case life.HazardRegistered():
            return _registered(event)
        case life.HazardClassified() if not event.proposal:
            return {"level": event.level.zh, **_category(event.category)}
        case life.HazardUpgraded() | life.MajorHazardRegistered():
            return {"level": Level.MAJOR.zh}
        case (
            life.RectificationOrdered()
            | life.RectificationAsked()
            | life.PlanAccepted()
            | life.RoundStarted()
        ):
            return {"deadline": date_words(event.deadline) if event.deadline else "自送达之日起算"}
        case event if deadline := moved_to(event):
            return {"deadline": date_words(deadline)}
        case _:
            return {}


def _registered(event: life.HazardRegistered) -> dict[str, str]:
    return {
        "number": event.number,
        "enterprise": event.enterprise_name,
        **_present({"credit_code": event.credit_code}),
        "place": event.place,
        "description": event.description,
        "level": event.level.zh,
        "track": event.track.zh,
        "source": event.source.zh,
        "found_on": date_words(event.found_on),
        **_category(event.category),
    }


def _present(said: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in said.items() if value}


def _category(code: str) -> dict[str, str]:
    return {"category": f"{category_name(code)}（{code}）"}


def _summary(hazard: UUID, summary: Summary) -> str:
    lines = (
        ("企业名称", summary.enterprise),
        ("信用代码", summary.credit_code),
        ("隐患位置", summary.place),
        ("隐患描述", summary.description),
        ("类别", summary.category),
        ("等级", summary.level),
        ("来源", "，".join(part for part in (summary.source, summary.track) if part)),
        ("发现日期", summary.found_on),
        ("整改期限", summary.deadline),
        ("当前状态", summary.status.zh),
    )
    rows = "".join(_row(label, escape(text)) for label, text in lines if text)
    return f"<table>{rows}{_row('系统标识', _code(str(hazard)))}</table>"


def _step(step: Step, envelope: Envelope, event: Event, names: Names) -> str:
    title = (type(event).__doc__ or "").partition(" · ")[0]
    sealed = envelope.role in SEALED_ROLES
    happened = date_words(local(envelope.occurredat).date())
    when = happened if envelope.entry is Entry.LEDGER else instant_words(envelope.occurredat)
    said = told(envelope, event, names, sealed=sealed)
    lines = [*_who(envelope, names, sealed=sealed), _recorded(step)]
    shown = [*lines, *details(event, names)]
    pairs = "".join(f"<dt>{escape(label)}</dt><dd>{escape(text)}</dd>" for label, text in shown)
    pairs += "".join(f"<dt>{label}</dt><dd>{_code(digest)}</dd>" for label, digest in digests(event))
    return (
        f'<section class="step"><header><span class="n">第{envelope.version}步</span><h3>{escape(title)}</h3>'
        f'<time>发生：{when}</time></header><p class="said">{escape(said)}</p><dl>{pairs}</dl></section>'
    )


def _who(envelope: Envelope, names: Names, *, sealed: bool) -> list[tuple[str, str]]:
    if sealed:
        return [("办理人", f"{SEALED}（{envelope.role.zh}）")]
    name = names.get(envelope.actor)
    person = (
        f"{name}（{envelope.role.zh}，标识 {envelope.actor}）"
        if name
        else f"{envelope.actor}（{envelope.role.zh}）"
    )
    return [
        ("办理人", envelope.role.zh if envelope.role is Role.SYS else person),
        *(
            [("所属机构", names.get(envelope.organisation, envelope.organisation))]
            if envelope.organisation
            else []
        ),
        *([("执法证号", envelope.certificate)] if envelope.certificate else []),
        *([("录入人", names.get(envelope.enteredby, envelope.enteredby))] if envelope.enteredby else []),
        *([("录入方式", envelope.entry.zh)] if envelope.entry is not Entry.LIVE else []),
    ]


def _recorded(step: Step) -> tuple[str, str]:
    at = local(step.appended_at)
    return "记入", f"{date_words(at.date())} {at:%H:%M:%S}，日志第 {step.position} 位"


def _proof(proof: Proof, count: int) -> str:
    at = local(proof.at)
    rows = (
        ("日志标识", _code(str(proof.log_id))),
        ("检查点", f"日志前 {proof.size} 条，签于{date_words(at.date())} {at:%H:%M:%S}"),
        ("根", _code(proof.root.hex())),
        ("公钥指纹", _code(proof.fingerprint)),
        ("本履历", f"恰好 {count} 条事件，各在下表所列位置"),
    )
    return f"<table>{''.join(_row(label, shown) for label, shown in rows)}</table>"


def _leaves(opened: Sequence[tuple[Step, Envelope, Event]]) -> str:
    rows = "".join(
        f"<tr><td>{envelope.version}</td><td>{step.position}</td><td>{_code(step.leaf.hex())}</td></tr>"
        for step, envelope, _ in opened
    )
    return (
        f'<table class="leaves"><tr><th>步</th><th>日志位置</th><th>叶哈希（SHA-256）</th></tr>{rows}</table>'
    )


def _row(label: str, shown: str) -> str:
    return f"<tr><th>{escape(label)}</th><td>{shown}</td></tr>"


def _code(text: str) -> str:
    return f"<code>{escape(text)}</code>"
