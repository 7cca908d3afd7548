"""报表栏目 · The figures that a table's columns may name: the indicators, and what only tables ask for. PURE."""

from services.projections.indicators import (
    Basis,
    Figures,
    Value,
    general,
    indicators,
    rate,
    ten_thousand_yuan,
)


def general_hazards(basis: Basis) -> Figures:
    """一般隐患 · Found and put right by the query time; one that became MAJOR keeps both marks until it is put right."""
    found = general(basis)
    rectified = basis["found_rectified"] - basis["found_major_rectified"]
    return {"found": found, "rectified": rectified, "open": found - rectified, "rate": rate(rectified, found)}


def major_hazards(basis: Basis) -> Figures:
    """重大隐患 · Found, closed, planned, in place and listed; due and not put right at the query time."""
    found, closed = basis["found_major"], basis["found_major_closed"]
    overdue = basis.overdue.get("due_major", 0) - basis.overdue.get("due_major_rectified", 0)
    return {
        "found": found,
        "closed": closed,
        "rate": rate(closed, found),
        "open": found - closed,
        "overdue": overdue,
        "planned": basis["found_planned"],
        "five": basis["found_five"],
        "listed": basis["found_listed"],
        "province": basis["found_listed_province"],
        "city": basis["found_listed_city"],
        "listed_open": basis["found_listed"] - basis["found_listed_rectified"],
        "listed_rate": rate(basis["found_listed_rectified"], basis["found_listed"]),
    }


def enforcement(basis: Basis) -> Figures:
    """执法 · What the enforcement table asks for of visits, notices, cases."""
    return {
        "persons": basis["persons"],
        "warnings": basis["warnings"],
        "notices": basis["notices"],
        "suspensions": basis["suspensions"],
        "licences": basis["licences"],
        "closures": basis["closures"],
        "detentions": basis["detentions"],
        "fines": ten_thousand_yuan(basis["fines"]),
    }


def figures_for_tables(basis: Basis) -> dict[str, Figures]:
    """栏目可用数字 · The indicators by code, and 一般、重大、执法 by the names general, major, enforcement."""
    return {
        **indicators(basis),
        "general": general_hazards(basis),
        "major": major_hazards(basis),
        "enforcement": enforcement(basis),
    }


def cell(figures: dict[str, Figures], named: str) -> Value:
    """取值 · The figure that a column names, such as N02.rate."""
    group, _, name = named.partition(".")
    return figures[group][name]


def known() -> set[str]:
    """已知栏目 · Every name that a column may have."""
    empty = figures_for_tables(Basis({}))
    return {f"{group}.{name}" for group, figures in empty.items() for name in figures}
