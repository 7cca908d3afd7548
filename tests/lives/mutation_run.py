"""变异检验 · Tries every change that mutmut makes to the rules: collects the tests once, then forks for each change.

mutmut itself starts pytest anew for each change, which takes longer than the tests that notice it.
What became of each stands where mutmut keeps it, so that `mutmut results` and `mutmut show` tell of it as ever.
"""

import gc
import os
import resource
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from fnmatch import fnmatch
from itertools import pairwise
from math import ceil
from time import monotonic, process_time

import pytest
from mutmut.__main__ import collect_or_load_stats, collect_source_file_mutation_data, create_mutants
from mutmut.configuration import config
from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.trampoline import set_mutant_under_test
from mutmut.state import state
from mutmut.utils.file_utils import change_cwd, copy_also_copy_files, copy_src_dir, setup_source_paths
from mutmut.utils.format_utils import mangled_name_from_mutant_name
from mutmut.workers.isolation import get_mutant_runner
from rich.progress import track

SURVIVED, KILLED, NO_TESTS = 0, 1, 33  # as mutmut counts them
UNCHANGED, FAILING = "", "fail"  # the rules as they are, and rules that raise whatever they are asked
TIMES, SECONDS = 20, 5  # of processor time: so often what the tests took, and so much besides


@dataclass(slots=True)
class Trial:
    """一次尝试 · A change that is being tried in a process of its own."""

    name: str
    kept: SourceFileMutationData
    noticed: int  # where the process says which test noticed it
    began: float = field(default_factory=monotonic)

    def note(self, outcome: int) -> None:
        """What became of it, for mutmut to read."""
        self.kept.exit_code_by_key[self.name] = outcome
        self.kept.durations_by_key[self.name] = monotonic() - self.began
        self.kept.save()


class Trying:
    """逐一尝试 · Instead of running the tests once, runs for each change those that reach it, the quickest first."""

    def __init__(self, only: list[str]) -> None:
        """Untried changes; with patterns, all that they name."""
        every, _ = collect_source_file_mutation_data(mutant_names=())
        self.changes = [
            (kept, name)
            for kept, name, outcome in every
            if (any(fnmatch(name, pattern) for pattern in only) if only else outcome is None)
        ]
        for kept, _ in self.changes:
            kept.meta_path = kept.meta_path.absolute()  # the tests run in another folder
        self.running: dict[int, Trial] = {}
        self.noticing: dict[str, dict[str, None]] = defaultdict(dict)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """One process for each processor at a time."""
        items = {item.nodeid: item for item in session.items}
        gc.freeze()
        self.check(session, UNCHANGED, SURVIVED)
        self.check(session, FAILING, KILLED)
        for kept, name in track(self.changes, description="变异"):
            reaching = [items[test] for test in self.tests_of(name)]
            if len(self.running) >= len(os.sched_getaffinity(0)):
                self.await_one()
            process, noticed = self.fork(session, name, reaching)
            self.running[process] = Trial(name, kept, noticed)
        while self.running:
            self.await_one()
        return True

    def check(self, session: pytest.Session, name: str, expected: int) -> None:
        """All tests pass without a change, and do not when nothing works."""
        process, noticed = self.fork(session, name, session.items)
        _, status = os.waitpid(process, 0)
        os.close(noticed)
        if os.waitstatus_to_exitcode(status) != expected:
            sys.exit(f"the tests {'fail without' if name == UNCHANGED else 'pass with'} a change")

    def fork(self, session: pytest.Session, name: str, items: list[pytest.Item]) -> tuple[int, int]:
        """A process that runs them under the change until one fails, and where it says which."""
        reading, writing = os.pipe()
        if process := os.fork():
            os.close(writing)
            return process, reading
        self.telling = writing
        took = sum(state().duration_by_test[item.nodeid] for item in items)
        limit = ceil(process_time() + took * TIMES + SECONDS)
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 1))
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        set_mutant_under_test(name)
        for item, following in pairwise([*items, None]):
            assert item is not None  # only the last has nothing behind it
            session.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        os._exit(SURVIVED if items else NO_TESTS)

    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> None:
        """The first that fails has noticed the change; nobody reads how."""
        if call.excinfo is not None:
            os.write(self.telling, item.nodeid.encode())
            os._exit(KILLED)

    def await_one(self) -> None:
        """The next that ends."""
        process, status = os.wait()
        trial = self.running.pop(process)
        with os.fdopen(trial.noticed, encoding="utf-8") as told:
            if test := told.read():
                self.noticing[changed(trial.name)][test] = None
        trial.note(os.waitstatus_to_exitcode(status))

    def tests_of(self, name: str) -> list[str]:
        """Those that call what was changed: first what noticed another change of it, then the quickest."""
        reaching = state().tests_by_mangled_function_name.get(changed(name), set())
        known = [test for test in reversed(self.noticing[changed(name)]) if test in reaching]
        rest = sorted(reaching - set(known), key=lambda test: (state().duration_by_test[test], test))
        return known + rest


def changed(name: str) -> str:
    """变了的函数 · The name of what a change belongs to."""
    return mangled_name_from_mutant_name(name)


def main(only: list[str]) -> None:
    """Writes the changes, learns which test reaches what, and tries them."""
    set_mutant_under_test("mutant_generation")
    os.makedirs("mutants", exist_ok=True)  # noqa: PTH103  # as mutmut does
    copy_src_dir()
    copy_also_copy_files()
    setup_source_paths()
    create_mutants(len(os.sched_getaffinity(0)))
    collect_or_load_stats(get_mutant_runner(), apply_config_invalidation=True)
    set_mutant_under_test("")
    trying = Trying(only)
    with change_cwd("mutants"):
        chosen = [*config().pytest_add_cli_args, *config().pytest_add_cli_args_test_selection]
        sys.exit(pytest.main(["-q", "--rootdir=.", "--tb=no", *chosen], plugins=[trying]))


if __name__ == "__main__":
    main(sys.argv[1:])
