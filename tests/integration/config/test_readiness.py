from __future__ import annotations

import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.db import connection
from factories import make_workspace
from pytest_django.fixtures import Settings

from counterfoil.config import readiness
from counterfoil.config.cli import main
from counterfoil.events.models import Event, EventDelivery
from counterfoil.events.origin import Actor, Origin
from counterfoil.events.publish import publish

COMMAND = Path(sys.executable).with_name("counterfoil")
SECRETS = {
    "COUNTERFOIL_SECRET_KEY": "k" * 20 + "Zq3-uT9_wX5" * 5,
    "COUNTERFOIL_ENCRYPTION_KEYS": "not-looked-at-by-this-test",
    "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
}


def refusal(**environment: str) -> str:
    """Run a command in production with only these variables."""
    done = subprocess.run(
        [COMMAND, "check", "--deploy"],
        env={"PATH": os.environ["PATH"], "COUNTERFOIL_MODE": "production"}
        | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.mark.parametrize("missing", SECRETS)
def test_production_refuses_to_start_without_a_secret(missing: str) -> None:
    given = {name: text for name, text in SECRETS.items() if name != missing}

    assert f"Error: {missing} (or {missing}_FILE) is not set." in refusal(**given)


def test_a_secret_may_come_from_a_file_that_must_be_readable(tmp_path: Path) -> None:
    path = str(tmp_path / "absent")
    given = {
        name: text for name, text in SECRETS.items() if name != "COUNTERFOIL_SECRET_KEY"
    }

    told = refusal(**given, COUNTERFOIL_SECRET_KEY_FILE=path)

    assert f"COUNTERFOIL_SECRET_KEY_FILE names {path}, which cannot be read" in told


def test_a_database_that_does_not_answer_is_told_in_a_sentence() -> None:
    from counterfoil.core.secrets import generate_key  # noqa: PLC0415

    told = refusal(**(SECRETS | {"COUNTERFOIL_ENCRYPTION_KEYS": generate_key()}))

    assert "The database cannot be used: " in told


@pytest.mark.parametrize("keys", ["not base64", "c2hvcnQ=", ","])
def test_production_refuses_to_start_with_a_key_that_cannot_seal(keys: str) -> None:
    told = refusal(**(SECRETS | {"COUNTERFOIL_ENCRYPTION_KEYS": keys}))

    assert "Error: COUNTERFOIL_ENCRYPTION_KEYS cannot be used: " in told
    assert "generate_key" in told


@pytest.mark.django_db
def test_a_server_of_ones_own_with_everything_set_is_ready(
    settings: Settings, tmp_path: Path
) -> None:
    make_ready(settings, tmp_path)

    assert readiness.faults(deploy=True) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("PRODUCTION", False, "This is not production yet"),
        ("BASE_URL", "http://127.0.0.1:8000", "this machine's own address"),
        ("BASE_URL", "http://desk.example.com", "does not start with https://"),
        ("ALLOWED_HOSTS", ["*"], "allows every host"),
        ("SECRET_KEY", "short", "too short or too regular"),
        ("SECRET_KEY", "a" * 80, "too short or too regular"),
        ("STATIC_ROOT", "/nowhere", "static files are not collected"),
    ],
)
def test_each_thing_that_is_missing_for_strangers_is_named(
    settings: Settings, tmp_path: Path, name: str, value: object, sentence: str
) -> None:
    make_ready(settings, tmp_path)
    setattr(settings, name, value)

    found = readiness.faults(deploy=True)

    assert len(found) == 1
    assert sentence in found[0]
    assert readiness.faults(deploy=False) == []


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["client_id", "client_secret", "webhook_token"])
def test_each_missing_word_for_quickbooks_is_named(
    settings: Settings, tmp_path: Path, key: str
) -> None:
    make_ready(settings, tmp_path)
    settings.QUICKBOOKS = settings.QUICKBOOKS | {key: ""}

    found = readiness.faults(deploy=True)

    assert len(found) == 1
    assert f"COUNTERFOIL_QUICKBOOKS_{key.upper()} is not set" in found[0]


@pytest.mark.django_db
def test_the_check_lists_the_faults_and_ends_with_one(
    settings: Settings, tmp_path: Path
) -> None:
    make_ready(settings, tmp_path)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'workspaces'")

    told = CliRunner().invoke(main, ["check"])

    assert told.exit_code == 1
    assert "- The database is not at this version: run 'counterfoil migrate'." in (
        told.output
    )
    assert "One thing is to be mended." in told.output


@pytest.mark.django_db
def test_events_that_were_given_up_are_told_and_can_be_handed_out_again(
    settings: Settings, tmp_path: Path, now: datetime
) -> None:
    make_ready(settings, tmp_path)
    publish(
        workspace=make_workspace(),
        kind="probe",
        actor=Actor.system(),
        origin=Origin.system(),
        now=now,
    )
    EventDelivery.objects.create(
        event=Event.objects.get(kind="probe"),
        subscriber="crm.probe",
        order_key="x",
        state="failed",
        next_at=now,
    )

    told = CliRunner().invoke(main, ["check"])

    assert told.exit_code == 1
    assert "- 1 of the events for crm.probe were given up" in told.output
    mended = CliRunner().invoke(main, ["retry-events"])
    assert mended.output == "To be handed out again: 1.\n"
    assert EventDelivery.objects.get().state == "due"
    assert CliRunner().invoke(main, ["check"]).exit_code == 0


def make_ready(settings: Settings, folder: Path) -> None:
    settings.PRODUCTION = True
    settings.BASE_URL = "https://desk.example.com"
    settings.ALLOWED_HOSTS = ["desk.example.com"]
    settings.SECRET_KEY = "Zq3-uT9_wX5" * 6
    settings.STATIC_ROOT = str(folder)
    (folder / "staticfiles.json").write_text("{}")
    settings.QUICKBOOKS = settings.QUICKBOOKS | {
        "client_id": "c",
        "client_secret": "s",
        "webhook_token": "w",
        "api_url": "https://quickbooks.example.com/v3/company",
        "discovery_url": "https://quickbooks.example.com/discovery",
    }
