"""文书命令 · `hazard papers`: fields listed, a template written out, checked, put in place, taken away again."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from contracts.paper import PaperKind
from services.hazard.papers.templates import shipped


@pytest.fixture
def run(tmp_path: Path):
    def told(*arguments: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, "-m", "services.cli.main", "papers", *arguments],
            env=os.environ | {"PYTHONUTF8": "1", "HAZARD_DATA_DIR": str(tmp_path / "data")},
            capture_output=True,
            text=True,
            check=False,
        )

    return told


@pytest.fixture
def misspelt(tmp_path: Path) -> Path:
    file = tmp_path / "隐患清单.docx"
    with zipfile.ZipFile(shipped(PaperKind.LIST)) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace("{{单位地址}}".encode(), "{{单位住址}}".encode()))
    return file


def test_the_fields_of_a_paper_are_listed_with_an_example(run):
    told = run("fields", "隐患清单")

    assert told.returncode == 0, told.stderr
    assert "文号　文书编号　例：蜀应急检记〔2026〕12号" in told.stdout
    assert "隐患[].问题" in told.stdout


def test_a_template_is_written_out_changed_checked_and_put_in_place(run, tmp_path: Path):
    file = tmp_path / "隐患清单.docx"
    steps = [run("template", "隐患清单", str(file)), run("check", str(file)), run("install", str(file))]
    placed = tmp_path / "data" / "templates" / "隐患清单.docx"

    assert [step.returncode for step in steps] == [0, 0, 0], [step.stderr for step in steps]
    assert placed.read_bytes() == file.read_bytes()
    assert run("restore", "LIST").returncode == 0
    assert not placed.exists()


def test_an_unknown_field_is_named_and_nothing_is_put_in_place(run, misspelt: Path, tmp_path: Path):
    told = run("install", str(misspelt))

    assert told.returncode == 2
    assert "隐患清单的模板中有不认识的字段：「单位住址」" in told.stderr
    assert not (tmp_path / "data" / "templates").exists()


def test_a_file_that_is_there_is_left_alone(run, misspelt: Path):
    before = misspelt.read_bytes()
    told = run("template", "隐患清单", str(misspelt))

    assert (told.returncode, misspelt.read_bytes()) == (2, before)


def test_a_paper_that_nobody_knows_is_answered_with_those_there_are(run):
    told = run("fields", "月报")

    assert told.returncode == 2
    assert "隐患清单（LIST）" in told.stderr
