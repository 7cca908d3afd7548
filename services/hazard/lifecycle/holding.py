"""持权 · How a role holds a power, the check of it, and what a refusal tells: the rule, and what may be done instead."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from contracts.values import Named, Role
from services.hazard.lifecycle.state import Hazard
from services.hazard.occasion import Occasion
from services.hazard.refused import MayNot


class TownOutsidePowers(MayNot):
    """本省未授权镇街办理 · The province's profile does not give towns this power."""


class NotTheLister(MayNot):
    """只有挂牌督办单位可以办理 · The act belongs to the body that listed the hazard."""


class Holding(Named):
    """持权方式 · One mark in a cell of the matrix; a cell may have two (proposes and must report)."""

    DECIDE = "decide", "可以办理"
    TOWN = "town", "在本省授予镇街的权力范围内可以办理"
    OWN = "own", "只限本单位、本建筑物或自查的隐患"
    AUTHOR = "author", "只限本人的记录"
    LISTER = "lister", "只限本单位挂牌督办的隐患"
    PROPOSE = "propose", "可以提出建议"
    ASSIST = "assist", "可以协助"
    REPORT = "report", "应当报告"


H = Holding
DECIDING = frozenset({H.DECIDE, H.TOWN, H.OWN, H.AUTHOR, H.LISTER})
Cell = frozenset[Holding]
NOTHING: Cell = frozenset()


@dataclass(frozen=True, slots=True)
class Power:
    """一项权力 · One row of the matrix: the act in Chinese, who holds it in which way, and the rule a refusal cites.

    `key` names the policy key (powers.<key>) that decides for the roles that hold it within town powers.
    `certified`: whoever acts for an authority does it with a certificate valid on that day.
    """

    act: str
    basis: str
    cells: Mapping[Role, Cell] = field(hash=False)
    key: str = ""
    certified: bool = False

    @property
    def roles(self) -> frozenset[Role]:
        """持权角色 · Who may decide, some of them within a condition."""
        return frozenset(role for role, cell in self.cells.items() if cell & DECIDING)

    def holding(self, *how: Holding) -> tuple[Role, ...]:
        """按方式 · The roles that hold it in any of these ways, in the order of the list of roles."""
        return tuple(role for role in Role if self.cells.get(role, NOTHING) & frozenset(how))


def power(
    act: str,
    basis: str,
    *roles: Role,
    key: str = "",
    certified: bool = False,
    **cells: tuple[Role, ...],
) -> Power:
    """一行 · One row: who simply may, then by the name of another way of holding, who holds it so."""
    held: dict[Role, set[Holding]] = {role: {H.DECIDE} for role in roles}
    for how, holders in cells.items():
        for role in holders:
            held.setdefault(role, set()).add(Holding(how))
    return Power(act, basis, {role: frozenset(cell) for role, cell in held.items()}, key, certified)


def check(held: Power, occasion: Occasion, hazard: Hazard | None = None) -> None:
    """核对 · Refuse a person whose role does not hold the power, with the rule and what the role may do instead.

    With the hazard, what a cell says of it is checked as well: its author, its lister. What "own" means the rule says.
    Raises MayNot, TownOutsidePowers, NotTheLister.
    """
    cell = held.cells.get(occasion.role, NOTHING)
    if not cell & DECIDING:
        raise MayNot(f"{occasion.role.zh}无权{held.act}（{held.basis}）{instead(held, cell)}")
    if H.DECIDE in cell:
        return
    if H.TOWN in cell and not getattr(occasion.policy.powers, held.key):
        raise TownOutsidePowers(
            f"本省未授权{occasion.role.zh}{held.act}（{held.basis}）{instead(held, cell)}"
        )
    if hazard is None:
        return
    if H.AUTHOR in cell and occasion.person != hazard.author:
        raise MayNot(f"{occasion.role.zh}{held.act}只限本人的记录（{held.basis}）")
    if H.LISTER in cell and not lists(hazard, occasion):
        raise NotTheLister(f"只有挂牌督办单位可以{held.act}（{held.basis}）")


def proposes(held: Power, occasion: Occasion) -> bool:
    """只能建议 · Whether what this role says of the act is a proposal."""
    cell = held.cells.get(occasion.role, NOTHING)
    return H.PROPOSE in cell and not cell & DECIDING


def check_or_propose(held: Power, occasion: Occasion) -> bool:
    """核对或建议 · Whether it is a proposal; whoever may neither decide nor propose is refused.

    Raises MayNot, TownOutsidePowers.
    """
    if proposes(held, occasion):
        return True
    check(held, occasion)
    return False


def instead(held: Power, cell: Cell) -> str:
    """可替代的做法 · What a role that may not decide may or must do: propose it, assist, or report."""
    deciders = "、".join(role.zh for role in held.holding(H.DECIDE)) or "有权单位"
    ways = (
        (H.PROPOSE, f"可以提出建议，由{deciders}决定"),
        (H.ASSIST, f"可以协助{deciders}办理"),
        (H.REPORT, f"应当立即报告{deciders}"),
    )
    said = [words for how, words in ways if how in cell]
    return f"；{'，并'.join(said)}" if said else ""


def lists(hazard: Hazard, occasion: Occasion) -> bool:
    """挂牌单位 · Whether the actor's body listed this hazard."""
    listing = hazard.supervision
    return listing.listed and listing.lister_organisation == occasion.organisation
