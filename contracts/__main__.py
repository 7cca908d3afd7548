"""生成模式文件 · `python -m contracts` writes contracts/schemas/*.json anew from the classes."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from contracts.catalogue import EVENTS, schema
from contracts.envelope import Envelope
from contracts.problems import Problem

FOLDER = Path(__file__).parent / "schemas"
SHAPES: Mapping[str, type[BaseModel]] = {"envelope": Envelope, "problem": Problem}


def schema_files() -> dict[str, str]:
    """模式文件 · The text of every schema file by its name; the same classes give the same text."""
    shapes = {name: _shape(name, model) for name, model in SHAPES.items()}
    events = {event.TYPE: schema(event) for event in EVENTS}
    return {f"{name}.json": _text(body) for name, body in sorted({**shapes, **events}.items())}


def write(folder: Path) -> None:
    """写出 · The folder holds these files afterwards, and no schema of an event that is gone."""
    folder.mkdir(exist_ok=True)
    files = schema_files()
    for stale in folder.glob("*.json"):
        if stale.name not in files:
            stale.unlink()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


def _shape(name: str, model: type[BaseModel]) -> dict[str, Any]:  # a JSON Schema has no one type
    body = model.model_json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"contracts/{name}", **body}


def _text(body: Mapping[str, object]) -> str:
    return json.dumps(body, ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    write(FOLDER)
