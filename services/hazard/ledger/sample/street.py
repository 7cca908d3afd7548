"""示例街道 · Its enterprises with valid credit codes, and the people who look, put right and check."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from stdnum.cn import uscc

from contracts.values import SizeClass, VisitKind
from services.hazard.ledger.sample.words import Words

ABOVE_SHARE = 40 / 143  # 规上 40 家、规下 103 家 · domain/scale.md e.1
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100: no I, O, S, V, Z
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)  # GB 11714


@dataclass(frozen=True, slots=True)
class Firm:
    """企业 · One enterprise of the street with its main person and safety officers."""

    name: str
    credit_code: str
    village: str
    industry: str
    size_class: SizeClass
    main: str
    safety: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Street:
    """街道 · Its enterprises, and who looks at them."""

    firms: tuple[Firm, ...]
    town: tuple[str, ...]
    department: tuple[str, ...]
    experts: tuple[str, ...]
    grid: dict[str, str]

    def finders(self, kind: VisitKind, firm: Firm, chance: Random) -> tuple[str, ...]:
        """检查人 · Who goes on a visit of this kind."""
        match kind:
            case VisitKind.EXPERT:
                return tuple(chance.sample(self.experts, chance.choice((1, 1, 2))))
            case VisitKind.GRID:
                return (self.grid[firm.village],)
            case VisitKind.SELF:
                return (firm.safety[0],)
            case _:
                return tuple(chance.sample(self.town, 3 if kind is VisitKind.JOINT else 2))


def street_of(words: Words, enterprises: int, chance: Random) -> Street:
    """街道 · So many enterprises, above and below scale in the proportion of a real street."""
    people = names(words, chance)
    town = tuple(next(people) for _ in range(8))
    department = tuple(next(people) for _ in range(6))
    experts = tuple(next(people) for _ in range(5))
    grid = {village: next(people) for village in words.villages}
    above = round(enterprises * ABOVE_SHARE)
    sizes = [SizeClass.ABOVE] * above + [SizeClass.BELOW] * (enterprises - above)
    chance.shuffle(sizes)
    brands = brand_names(words, chance)
    firms = tuple(firm_of(words, size, next(brands), people, chance) for size in sizes)
    return Street(firms=firms, town=town, department=department, experts=experts, grid=grid)


def firm_of(words: Words, size: SizeClass, brand: str, people: Iterator[str], chance: Random) -> Firm:
    """企业 · A name that says the industry, a village, and three people."""
    industry = chance.choice(tuple(words.industries))
    trade = chance.choice(words.industries[industry])
    return Firm(
        name=f"杭州{brand}{trade}有限公司",
        credit_code=credit_code(words.district_code, chance),
        village=chance.choice(words.villages),
        industry=industry,
        size_class=size,
        main=next(people),
        safety=(next(people), next(people)),
    )


def credit_code(district: str, chance: Random) -> str:
    """统一社会信用代码 · An enterprise's code with both check digits right (GB 32100, GB 11714)."""
    body = "MA" + "".join(chance.choice(ALPHABET) for _ in range(6))
    organisation = body + organisation_check(body)
    code = f"91{district}{organisation}"
    return code + str(uscc.calc_check_digit(code))


def organisation_check(body: str) -> str:
    """组织机构代码校验位 · Weighted digits and letters modulo 11; ten is written X (GB 11714)."""
    total = sum(weight * int(char, 36) for weight, char in zip(ORGANISATION_WEIGHTS, body, strict=True))
    return "0123456789X"[(11 - total % 11) % 11]


def names(words: Words, chance: Random) -> Iterator[str]:
    """人名 · Invented names, no two alike as long as the lists last."""
    pairs = [surname + given for surname in words.surnames for given in words.given]
    chance.shuffle(pairs)
    while True:
        yield from pairs


def brand_names(words: Words, chance: Random) -> Iterator[str]:
    """字号 · Two characters, then three when the pairs are used up."""
    pairs = [first + second for first in words.brand_first for second in words.brand_second]
    chance.shuffle(pairs)
    yield from pairs
    for third in words.brand_second:
        yield from (pair + third for pair in pairs)
