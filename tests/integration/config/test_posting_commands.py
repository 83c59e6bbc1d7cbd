from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from factories.people import make_connection, make_workspace
from pytest_django.fixtures import Settings

from counterfoil.config import readiness
from counterfoil.config.cli import main
from counterfoil.core.secrets import generate_key
from counterfoil.posting import mark, recovery
from counterfoil.posting.mark import Mark
from counterfoil.posting.models import Gate, Installation, Restoration

pytestmark = pytest.mark.django_db


@pytest.fixture
def path(tmp_path: Path, settings: Settings) -> Path:
    settings.POSTING_MARK_FILE = str(tmp_path / "posting.json")
    recovery.fitness(datetime.now(UTC))
    return tmp_path / "posting.json"


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["posting", *words])


def test_all_is_well_at_first(path: Path) -> None:
    assert path.exists()
    told = run("status").output
    assert "This machine may send." in told
    assert "No company is held." in told


def test_after_a_restore_a_company_goes_on_once_it_is_read(path: Path) -> None:
    now = datetime.now(UTC)
    connection = make_connection(make_workspace())
    mark.keep(path, Mark(Installation.objects.get().number, 7, now))

    told = run("status").output
    assert "requests it has forgotten: 7" in told
    assert f"{connection.name}: not read yet" in told
    early = run("resume")
    assert early.exit_code == 2
    assert f"The books of {connection.name} have not been read yet" in early.output

    recovery.recovered(Gate.objects.get(), now)
    assert "Companies that go on: 1." in run("resume").output
    assert "No company is held." in run("status").output
    assert Restoration.objects.get().resumed_by


def test_a_new_machine_joins_or_says_that_the_database_was_restored(
    path: Path,
) -> None:
    make_connection(make_workspace())
    Installation.objects.update(sent=3)
    path.unlink()
    assert "has no mark of the database" in run("status").output
    assert "This machine may send." in run("join").output
    path.unlink()
    assert "Every company is held" in run("resume").output
    assert "not read yet" in run("status").output
    assert run("resume").exit_code == 2


def test_a_copy_cannot_be_talked_into_sending(path: Path, settings: Settings) -> None:
    settings.ENCRYPTION_KEYS = generate_key()
    assert "it is a copy, and sends nothing" in run("status").output
    for word in ("resume", "join"):
        refused = run(word)
        assert refused.exit_code == 1
        assert "it is a copy" in refused.output


def test_the_check_tells_that_sending_is_off(path: Path) -> None:
    assert readiness.faults(deploy=False) == []
    make_connection(make_workspace())
    kept = Mark(Installation.objects.get().number, 7, datetime.now(UTC))
    mark.keep(path, kept)
    [held] = readiness.faults(deploy=False)
    assert "since the database was restored" in held
    path.unlink()
    [stranger] = readiness.faults(deploy=False)
    assert "Nothing is sent from this machine" in stranger


def test_the_check_tells_that_no_mark_can_be_kept(
    path: Path, settings: Settings
) -> None:
    settings.POSTING_MARK_FILE = str(path / "posting.json")
    [told] = readiness.faults(deploy=False)
    assert "set COUNTERFOIL_POSTING_MARK_FILE" in told
