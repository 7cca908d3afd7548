"""操作读模型 · Rebuild, differences, switch, what is parked: offered as soon as the API of this process has them.

Each is one row: the path as the document writes it, and what an official calls it. A path that the document does not
have is not shown. The forms are those of every other command.
"""

from dataclasses import dataclass

from nicegui import ui

from services.console.calling import Api, Json, Problem, new_key
from services.console.elements import card, note, part, say, text
from services.console.fields import Asking, asking
from services.console.filling_in import Filled

PREFIX = "/api/v1"


@dataclass(frozen=True, slots=True)
class Operation:
    """操作 · One thing that an operator may do with a read model."""

    path: str
    title: str


OPERATIONS = (
    Operation("/projections/{name}/rebuild", "重建"),
    Operation("/projections/{name}/switch", "切换到新版本"),
    Operation("/projections/{name}/cancel", "取消重建"),
    Operation("/projections/{name}/pause", "暂停"),
    Operation("/projections/{name}/resume", "继续"),
)


def beside(api: Api, document: Json) -> None:
    """可以进行的操作 · Of those that this API has; nothing where it has none."""
    there = [(each, asking(document, PREFIX + each.path)) for each in OPERATIONS]
    offered = [(each, found) for each, found in there if found is not None]
    if not offered:
        return
    with card("操作"):
        for operation, found in offered:
            with ui.expansion(operation.title).classes("step"), part("div", "form"):
                _form(api, operation, found)


def _form(api: Api, operation: Operation, asked: Asking) -> None:
    name = ui.input("读模型").props("outlined dense")
    filled = Filled(asked.fields)
    filled.show()
    place = part("div")
    key = new_key()

    async def press() -> None:
        place.clear()
        try:
            path = operation.path.replace("{name}", str(name.value or "").strip())
            await api.command(path, filled.body(), None, key)
        except Problem as problem:
            with place:
                say(problem)
            return
        with place:
            note(f"已{operation.title}")

    text("button", operation.title, "press", type="button").on("click", press)
