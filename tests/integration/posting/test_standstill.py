"""While nothing may be sent nothing is: not what was unclear, nor by another's mark."""

from __future__ import annotations

from collections import deque
from pathlib import Path
from uuid import uuid4

import pytest
from integration.posting.conftest import ADA, Office
from pytest_django.fixtures import Settings
from support.books import Fault

from counterfoil.core.errors import Invalid
from counterfoil.posting import mark, recovery, tasks
from counterfoil.posting.mark import Mark
from counterfoil.posting.models import Installation
from counterfoil.posting.recovery import Fitness
from counterfoil.posting.state import State


@pytest.fixture
def path(tmp_path: Path, settings: Settings) -> Path:
    settings.POSTING_MARK_FILE = str(tmp_path / "posting.json")
    return tmp_path / "posting.json"


def test_what_was_unclear_is_not_sent_again_before_a_person_agrees(
    office: Office,
) -> None:
    office.finish(office.invoice())
    office.shelf.faults = deque([Fault.DROP_BEFORE])
    intent = office.invoice()
    office.run()
    recovery.begin_anew(office.now)
    sent = len(office.shelf.sent)
    for _ in range(12):
        office.wait(minutes=5)
        office.run()
    intent.refresh_from_db()
    assert intent.state == State.UNKNOWN
    assert (len(office.shelf.sent), len(office.shelf.existing())) == (sent, 1)

    tasks.run_sweep(office.now)
    recovery.resume(actor=ADA, now=office.now)
    office.finish(intent)
    assert intent.state == State.CONFIRMED
    assert len(office.shelf.existing()) == 2


def test_the_mark_of_another_database_vouches_for_nothing(
    office: Office, path: Path
) -> None:
    office.finish(office.invoice())
    path.unlink()
    others = Mark(uuid4(), 0, office.now)
    mark.keep(path, others)
    waiting, sent = office.invoice(), len(office.shelf.sent)
    assert recovery.fitness(office.now) is Fitness.STRANGER
    assert not recovery.may_write(office.connection, office.now)
    assert not recovery.counted()
    office.run()
    waiting.refresh_from_db()
    assert waiting.state == State.INTENDED
    assert len(office.shelf.sent) == sent == Installation.objects.get().sent
    assert mark.read(path) == others


def test_after_every_restore_the_books_are_read_anew(office: Office) -> None:
    office.finish(office.invoice())
    for _ in range(2):
        office.wait(hours=1)
        recovery.begin_anew(office.now)
        with pytest.raises(Invalid, match="have not been read yet"):
            recovery.resume(actor=ADA, now=office.now)
        office.wait(hours=1)
        tasks.run_sweep(office.now)
        assert recovery.resume(actor=ADA, now=office.now) == 1


def test_sync_writes_nothing_either_before_a_person_agrees(office: Office) -> None:
    office.finish(office.invoice())
    assert recovery.may_write(office.connection, office.now)
    recovery.begin_anew(office.now)
    assert not recovery.may_write(office.connection, office.now)
    office.wait(hours=1)
    tasks.run_sweep(office.now)
    assert not recovery.may_write(office.connection, office.now)
    recovery.resume(actor=ADA, now=office.now)
    assert recovery.may_write(office.connection, office.now)
