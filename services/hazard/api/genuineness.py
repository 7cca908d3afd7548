"""查验 · The page behind a paper's QR code: whether the paper is genuine and still current, for anybody who holds it.

It asks for no token and tells what stands on the paper anyway: kind, number, office, day, and the digests of the files.
Nothing of persons, nothing of the enterprise, nothing of why.
"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from html import escape
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from contracts.paper import PaperIssued
from services.hazard.handling import Handling
from services.hazard.noticing import NOTICE
from services.hazard.paper import Paper
from services.hazard.papers.issuing import by_code
from services.hazard.papers.making import chinese_day
from services.hazard.papers.naming_persons import any_erased
from services.people import People
from services.trouble import Trouble

CODE: Final = re.compile(r"^[a-z2-7]{26}$")
HEXADECIMAL: Final = re.compile(r"^[0-9a-f]{64}$")
PER_MINUTE: Final = 60  # looks of one address: a person scans a few papers, a machine tries codes
MINUTE: Final = timedelta(minutes=1)
MOST_ADDRESSES: Final = 10_000
HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Content-Type-Options": "nosniff",
}
PAGE: Final = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>文书查验</title>
<style>body{{font:16px/1.7 system-ui,"Noto Sans CJK SC",sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem;
color:#1d2733}}h1{{font-size:1.2rem;color:#56616d;font-weight:500}}.verdict{{border-left:6px solid {colour};
background:#f6f8fa;padding:.8rem 1rem;font-size:1.25rem;margin:1rem 0}}.verdict small{{display:block;font-size:.95rem}}
dl{{display:grid;grid-template-columns:6rem 1fr;gap:.3rem .8rem}}dt{{color:#56616d}}dd{{margin:0}}
code{{font-size:.8rem;overflow-wrap:anywhere}}input{{width:100%;font:inherit;padding:.4rem;box-sizing:border-box}}
button{{font:inherit;padding:.35rem 1.2rem;margin-top:.5rem}}details{{margin:1rem 0}}footer{{color:#56616d;font-size:.85rem;
margin-top:2rem}}</style></head><body><h1>文书查验 · Is this paper genuine and current?</h1>
<div class="verdict" role="status">{verdict}</div>{body}</body></html>"""
COMPARE: Final = """<form method="get"><p><label for="sha256">核对您手中的电子文件：填写该文件的 SHA-256</label>
<input id="sha256" name="sha256" maxlength="71" autocomplete="off" spellcheck="false" placeholder="64 位十六进制数">
<button>核对</button></p></form><details><summary>怎样计算文件的 SHA-256</summary>
<p>Windows：<code>certutil -hashfile 文件名 SHA256</code><br>macOS：<code>shasum -a 256 文件名</code><br>
Linux：<code>sha256sum 文件名</code></p><p>文件不必上传。纸质文书请核对文种、文号、机关和日期是否与上面一致。</p></details>"""
GREEN, AMBER, RED = "#1a7f37", "#b26a00", "#b42318"
UNKNOWN: Final = (
    "查无此文书<small>本系统没有出具过带有该查验码的文书：网址可能抄录有误，也可能文书系伪造。</small>"
)


class Looks:
    """查验频次 · How often an address looked within a minute; of few addresses at once, and forgotten at a restart."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        """装配 · With the clock."""
        self._now = now
        self._looks: dict[str, list[datetime]] = {}

    def look(self, address: str) -> None:
        """一次查验 · Raises Trouble too-many-requests."""
        now = self._now()
        recent = [at for at in self._looks.pop(address, []) if at > now - MINUTE]
        if len(recent) < PER_MINUTE:
            recent.append(now)
            refused = False
        else:
            refused = True
        self._looks[address] = recent
        if len(self._looks) > MOST_ADDRESSES:
            del self._looks[next(iter(self._looks))]
        if refused:
            raise Trouble("too-many-requests", "查验过于频繁，请稍后再试", headers={"Retry-After": "60"})


def routes(handling: Handling, people: People, now: Callable[[], datetime]) -> APIRouter:
    """查验路由 · GET /p/{code}."""
    router = APIRouter(tags=["查验"])
    looks = Looks(now)

    @router.get(
        "/p/{code}",
        response_class=HTMLResponse,
        summary="查验文书（公开）",
        operation_id="verify-paper",
        description="二维码打开的网页：文书是否真实、是否现行有效。不需要身份凭证，不显示人员和企业。",
    )
    async def verify(code: str, request: Request, sha256: str = "") -> HTMLResponse:
        looks.look(request.client.host if request.client else "")
        found = await by_code(handling, code) if CODE.match(code) else None
        if found is None:
            return HTMLResponse(PAGE.format(colour=RED, verdict=UNKNOWN, body=""), 404, HEADERS)
        _, paper = found
        told = page(
            paper,
            given(sha256),
            erased=erased(people, paper),
            voided=await of_void_notice(handling, paper),
        )
        return HTMLResponse(told, headers=HEADERS)

    return router


def erased(people: People, paper: Paper) -> bool:
    """是否有人已删除 · Whether the files can no longer be made again as they were."""
    return paper.issued is not None and any_erased(people, paper.issued.persons)


async def of_void_notice(handling: Handling, paper: Paper) -> bool:
    """所属指令书是否作废 · A paper of a notice binds nobody any more once the notice is void."""
    kind, _, key = paper.issued.of.partition("/") if paper.issued else ("", "", "")
    return kind == "notice" and (await handling.read(NOTICE, key)).voided


def given(words: str) -> str:
    """所填摘要 · 64 hexadecimal digits, however they were typed; else what was typed."""
    return "".join(words.lower().removeprefix("sha256:").split())


def page(paper: Paper, compared: str, *, erased: bool, voided: bool) -> str:
    """查验页 · The verdict first, then what stands on the paper, then the comparison."""
    issued = paper.issued
    assert issued is not None  # found by its code
    colour, verdict = verdict_of(paper, voided=voided)
    rows = (
        ("文种", issued.kind.zh),
        ("文号", issued.number),
        ("出具机关", issued.office),
        ("成文日期", chinese_day(issued.dated)),
    )
    facts = "".join(f"<dt>{name}</dt><dd>{escape(value)}</dd>" for name, value in rows)
    digests = "".join(
        f"<dt>{name}</dt><dd><code>{digest.removeprefix('sha256:')}</code></dd>"
        for name, digest in (("PDF SHA-256", issued.pdf), ("Word SHA-256", issued.docx))
    )
    note = (
        "<p>本文书所载人员的信息已有依法删除的，系统重新生成的文件与原件不再逐字节相同；"
        "原件的真伪仍以上列摘要为准。</p>"
        if erased
        else ""
    )
    body = f"<dl>{facts}{digests}</dl>{note}{comparison(issued, compared)}{COMPARE}"
    footer = "<footer>本页只说明文书是否由本系统出具、是否仍然有效，不显示文书内容。</footer>"
    return PAGE.format(colour=colour, verdict=verdict, body=body + footer)


def verdict_of(paper: Paper, *, voided: bool) -> tuple[str, str]:
    """结论 · A colour and its sentence."""
    if voided:
        return RED, "真实，但所属的指令书已作废<small>本文书不再有效。</small>"
    if paper.withdrawn is not None:
        return RED, "真实，但已被出具机关撤销<small>本文书不再有效。</small>"
    if paper.superseded is not None:
        by = escape(paper.superseded.by_number)
        return AMBER, f"真实，但已被新文书取代<small>现行文书：{by}</small>"
    return GREEN, "真实，现行有效<small>由本系统出具，未被取代或者撤销。</small>"


def comparison(issued: PaperIssued, compared: str) -> str:
    """核对结果 · Whether a file with this digest is one of the two that were issued; nothing when none was given."""
    if not compared:
        return ""
    if not HEXADECIMAL.match(compared):
        return '<p role="alert"><strong>所填的不是 SHA-256：应为 64 位十六进制数。</strong></p>'
    same = f"sha256:{compared}" in (issued.pdf, issued.docx)
    words = (
        "一致：您手中的文件就是出具的文件。" if same else "不一致：您手中的文件不是出具的文件，或者被改动过。"
    )
    return f'<p role="alert"><strong>{words}</strong></p>'
