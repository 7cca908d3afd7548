"""变异得分 · What a run of `make mutation` came to: the score of each module, and every change that no test noticed."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

MUTMUT = Path(sys.executable).parent / "mutmut"
CAUGHT = {"killed", "timeout", "segfault", "suspicious"}
UNTRIED = {"not checked", "skipped"}


def ask(*words: str) -> str:
    return subprocess.run([MUTMUT, *words], check=True, capture_output=True, text=True).stdout


def outcomes() -> dict[str, str]:
    """What became of each mutant, by its name: services.hazard.lifecycle.closing.x_close_hazard__mutmut_2."""
    lines = (line.strip().rpartition(": ") for line in ask("results", "--all", "true").splitlines())
    return {name: outcome for name, _, outcome in lines if "__mutmut_" in name and outcome not in UNTRIED}


def change(name: str) -> str:
    """The lines that were changed."""
    lines = ask("show", name).splitlines()
    return "\n".join(line for line in lines if line[:1] in "+-" and line[:3] not in {"+++", "---"})


def main() -> None:
    tried = outcomes()
    module_of = {name: name.partition(".x")[0].rpartition(".")[2] for name in tried}
    caught = Counter(module_of[name] for name, outcome in tried.items() if outcome in CAUGHT)
    for name, outcome in tried.items():
        if outcome not in CAUGHT:
            print(f"{name}: {outcome}\n{change(name)}\n")
    for module, number in sorted(Counter(module_of.values()).items()):
        print(f"{module:16} {caught[module]:5} of {number:5}  {caught[module] / number:7.1%}")
    total = max(len(tried), 1)
    print(f"{'all':16} {caught.total():5} of {len(tried):5}  {caught.total() / total:7.1%}")


if __name__ == "__main__":
    main()
