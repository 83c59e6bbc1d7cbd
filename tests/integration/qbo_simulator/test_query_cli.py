"""The commands about companies and sizes, as a person types them."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from qbo_simulator.cli import main
from qbo_simulator.company import Company
from qbo_simulator.storage.pruning import prune
from qbo_simulator.storage.store import Store
from qbo_simulator.testing import serve


def ran(*arguments: str, home: Path) -> int:
    command, *rest = arguments
    return main([command, "--data", str(home), *rest])


@pytest.fixture
def home(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    folder = tmp_path / "home"
    assert ran("reset", "--empty", home=folder) == 0
    capsys.readouterr()
    return folder


def company(home: Path, number: int = 1) -> Company:
    store = Store(home / "simulator.sqlite3")
    return Company(store, store.realms()[number - 1])


def test_a_company_is_listed_added_exported_and_imported_elsewhere(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = "Atelier du Quai"
    assert ran("add-company", "--profile", "fr", "--name", name, home=home) == 0
    capsys.readouterr()
    assert ran("companies", home=home) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("\t")[0] for line in lines] == ["1", "2", "3"]
    assert lines[2].endswith(name)
    file = tmp_path / "quai.jsonl"
    assert ran("export", "--company", "3", "--out", str(file), home=home) == 0
    assert json.loads(file.read_text().splitlines()[0])["name"] == name
    other = tmp_path / "other"
    assert ran("import", str(file), home=other) == 0
    again = tmp_path / "again.jsonl"
    assert ran("export", "--out", str(again), home=other) == 0
    assert again.read_bytes() == file.read_bytes()
    assert ran("import", str(file), "--realm", "77", home=home) == 0
    capsys.readouterr()
    assert ran("companies", home=home) == 0
    assert "\n4\t77\t" in capsys.readouterr().out


def test_an_export_may_go_to_standard_output(home: Path) -> None:
    command = [sys.executable, "-m", "qbo_simulator.cli", "export", "--out", "-"]
    done = subprocess.run(
        [*command, "--data", str(home)], check=True, capture_output=True
    )
    assert json.loads(done.stdout.splitlines()[-1])["rows"] > 50


def test_an_export_whose_reader_has_had_enough_ends_in_silence(
    home: Path, tmp_path: Path
) -> None:
    company(home).store.set_setting(f"{company(home).realm} much", "x" * 1_000_000)
    said = tmp_path / "said"
    command = [sys.executable, "-m", "qbo_simulator.cli", "export", "--out", "-"]
    with (
        said.open("w") as errors,
        subprocess.Popen(
            [*command, "--data", str(home)], stdout=subprocess.PIPE, stderr=errors
        ) as process,
    ):
        assert process.stdout is not None
        assert process.stdout.readline()
        process.stdout.close()
    assert (process.returncode, said.read_text()) == (0, "")


def test_a_company_is_made_large_as_it_is_seeded(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scale = "customers=30,items=5,invoices=20,payments=7,vendors=2"
    assert ran("reset", "--empty", "--scale", scale, home=tmp_path) == 0
    assert "larger" in capsys.readouterr().out
    books = company(tmp_path)
    for entity, count in (("Customer", 30), ("Invoice", 20), ("Payment", 7)):
        statement = f"select count(*) from {entity}"  # noqa: S608
        assert books.query(statement) == {"totalCount": count}
    assert sum(books.trial_balance().values()) == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["export", "--company", "9", "--out", "x"],
        ["export", "--out", "/nowhere/at/all"],
        ["import", "/nowhere/at/all"],
        ["import", "pyproject.toml"],
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(
    home: Path, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    assert ran(*arguments, home=home) == 1
    said = capsys.readouterr().err
    assert said.startswith("qbo-simulator: ")
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["reset", "--scale", "clowns=3"],
        ["reset", "--scale", "customers=-1"],
        ["reset", "--scale", "customers=1,customers=2"],
        ["reset", "--scale", "customers"],
        ["import", "x", "--realm", "abc"],
        ["add-company", "--profile", "atlantis"],
        ["add-company", "--name", " "],
        ["export"],
    ],
)
def test_what_makes_no_sense_is_a_usage_error(
    home: Path, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        ran(*arguments, home=home)
    assert stopped.value.code == 2
    assert "Traceback" not in capsys.readouterr().err


def test_books_that_fail_amid_a_command_are_said_in_one_sentence(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with sqlite3.connect(home / "simulator.sqlite3") as db:
        db.execute("ALTER TABLE company RENAME COLUMN currency TO money")
    assert ran("companies", home=home) == 1
    assert capsys.readouterr().err.startswith(
        "qbo-simulator: The books cannot be used (no such column"
    )


@pytest.mark.parametrize("command", ["companies", "add-company", "export", "import"])
def test_every_command_explains_itself(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main([command, "--help"])
    assert stopped.value.code == 0
    assert len(capsys.readouterr().out) > 200


def test_a_file_of_another_version_is_refused_and_may_be_reset(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    db = sqlite3.connect(home / "simulator.sqlite3")
    db.execute("PRAGMA user_version = 0")
    db.close()
    for arguments in (["companies"], ["credentials"], ["serve", "--port", "0"]):
        assert ran(*arguments, home=home) == 1
        said = capsys.readouterr().err
        assert "another version" in said
        assert f"qbo-simulator reset --data {home}" in said
    assert ran("reset", "--empty", home=home) == 0
    assert ran("companies", home=home) == 0


def test_what_nobody_asks_for_any_more_is_dropped(home: Path) -> None:
    books = company(home)

    now = datetime(2026, 3, 1, tzinfo=UTC)
    for days in (1, 31):
        books.store.connection.execute(
            "INSERT INTO answer (realm, requestid, status, body, at) "
            "VALUES ('1', ?, 200, x'', ?)",
            (str(days), (now - timedelta(days=days)).timestamp()),
        )
    assert prune(books.store, now) == 1
    left = books.store.connection.execute("SELECT requestid FROM answer").fetchall()
    assert [row[0] for row in left] == ["1"]
    books.store.close()


def test_a_company_may_be_added_while_others_are_served(tmp_path: Path) -> None:
    with serve(tmp_path, empty=True) as running:
        root = f"{running.base_url}/_sim/companies"
        added = httpx.post(root, json={"profile": "ca", "name": "North", "empty": True})
        assert [each["name"] for each in added.json()["companies"]][-1] == "North"
        realm = added.json()["companies"][-1]["realm"]
        page = httpx.get(f"{running.base_url}/books/{realm}/customers")
        assert page.status_code == 200
        for wish in ({"profile": "x"}, {"name": 3}, {"empty": "no"}):
            assert httpx.post(root, json=wish).status_code == 400
