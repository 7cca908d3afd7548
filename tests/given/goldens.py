"""给定 · What every catalogue owes its past: a file of each version, and what each old one means today."""

import json
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contracts.catalogue import lifted
from contracts.envelope import Envelope, Event, decode


@dataclass(frozen=True, slots=True)
class Goldens:
    """<type>.<version>.json is a whole event, perhaps followed by more of them as <type>.<version>.<word>.json.

    lifted/ holds under the same name what the data of an old version means today.
    """

    events: tuple[type[Event], ...]
    folder: Path

    def old(self) -> Iterable[tuple[type[Event], Path, Envelope]]:
        """Every file of an older version than today's."""
        for event in self.events:
            for file in sorted(self.folder.glob(f"{event.TYPE}.*.json")):
                envelope = decode(file.read_bytes())
                if envelope.dataschema != f"contracts/{event.TYPE}/{event.VERSION}":
                    yield event, file, envelope

    def missing(self) -> set[str]:
        """Names of the files that are owed."""
        versions = {
            f"{event.TYPE}.{version}.json" for event in self.events for version in range(1, event.VERSION + 1)
        }
        meanings = {f"lifted/{file.name}" for _, file, _ in self.old()}
        return {name for name in versions | meanings if not (self.folder / name).exists()}

    def stale(self) -> set[str]:
        """Meanings of files that are gone, or of today's version, which means what it says."""
        old = {file.name for _, file, _ in self.old()}
        return {file.name for file in self.folder.glob("lifted/*.json") if file.name not in old}

    def misread(self) -> dict[str, Any]:  # whatever the data mean today
        """Old files that no longer mean what they meant, with what they mean now."""
        return {
            file.name: now
            for event, file, envelope in self.old()
            if (
                now := event.model_validate(lifted(event, envelope)).model_dump(
                    mode="json", exclude_none=True
                )
            )
            != json.loads((self.folder / "lifted" / file.name).read_text(encoding="utf-8"))
        }

    def spoilt(self) -> set[str]:
        """Old files whose data a step changed under the reader's hands."""
        found = set()
        for event, file, envelope in self.old():
            data: Any = envelope.data
            for step in event.STEPS[int(envelope.dataschema.rpartition("/")[2]) - 1 :]:
                before = deepcopy(data)
                following = step(data)
                if before != data:
                    found.add(f"{file.name}: {step.__name__}")
                data = following
        return found
