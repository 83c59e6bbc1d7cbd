"""A database that was restored sends nothing before it knows what it has forgotten.

The database goes back by a savepoint; the books and the mark beside the keys do not.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from integration.posting.conftest import ADA, Office
from integration.posting.hands import asked, finish, made
from pytest_django.fixtures import Settings
from support.books import Document, Fault, Requests

from counterfoil.connections.models import ConnectionState
from counterfoil.core.errors import Invalid
from counterfoil.core.secrets import generate_key
from counterfoil.posting import acts, explain, mark, post, recovery, settling, tasks
from counterfoil.posting.mark import Mark
from counterfoil.posting.models import (
    AttemptAction,
    Finding,
    Gate,
    Installation,
    Intent,
    Problem,
    Restoration,
)
from counterfoil.posting.recovery import Fitness
from counterfoil.posting.state import State


@pytest.fixture
def path(tmp_path: Path, settings: Settings) -> Path:
    settings.POSTING_MARK_FILE = str(tmp_path / "posting.json")
    return tmp_path / "posting.json"


@pytest.fixture
def kept(office: Office, path: Path) -> Office:
    """An office whose mark is kept."""
    office.finish(office.invoice())
    return office


def _sweep(office: Office) -> None:
    office.wait(hours=1, seconds=1)
    tasks.run_sweep(office.now)


def test_everything_that_is_sent_raises_the_mark(kept: Office, path: Path) -> None:
    before = mark.read(path)
    assert before is not None
    assert before.count == Installation.objects.get().sent == 1
    kept.shelf.faults = deque([Fault.DROP_BEFORE])
    kept.finish(kept.invoice())
    after = mark.read(path)
    assert after is not None
    assert after.count == 3
    assert recovery.fitness(kept.now) is Fitness.FIT
    assert recovery.standstill() is None


@pytest.mark.parametrize("requests", Requests)
def test_a_restored_database_makes_no_second_document(
    kept: Office, requests: Requests
) -> None:
    """Backed up with work waiting, in flight and unclear; everything is replayed."""
    shelf = kept.shelf
    shelf.requests = requests
    shelf.faults = deque([Fault.DROP_AFTER, Fault.DROP_BEFORE])
    open_ones = [kept.invoice("unclear 1"), kept.invoice("unclear 2")]
    kept.run()
    open_ones += [kept.invoice("waiting"), kept.named("item", "Sourdough")]
    backup, before = transaction.savepoint(), len(shelf.sent)
    lost = [kept.invoice(f"lost {number}") for number in range(6)]
    kept.finish(*open_ones, *lost, kept.named("customer", "Dora Field"))
    there, sent = len(shelf.existing()), len(shelf.sent)
    transaction.savepoint_rollback(backup)

    kept.wait(minutes=30)
    kept.run()
    assert Restoration.objects.get().forgotten == sent - before
    replayed = [kept.invoice(f"lost {number}") for number in range(3)]
    for _ in range(5):
        kept.run()
        kept.wait(minutes=2)
    with pytest.raises(Invalid, match="have not been read yet"):
        recovery.resume(actor=ADA, now=kept.now)
    _sweep(kept)
    assert len(shelf.sent) == sent
    stand = recovery.standstill(kept.workspace)
    assert stand is not None
    assert (stand.can_resume, stand.companies[0].orphans) == (True, 4)

    assert recovery.resume(actor=ADA, now=kept.now) == 1
    replayed += [kept.invoice(f"lost {number}") for number in range(3, 6)]
    kept.finish(*open_ones, *replayed)
    told = {intent.state for intent in [*open_ones, *replayed]}
    assert told <= {State.CONFIRMED, State.VERIFIED}
    assert (len(shelf.existing()), shelf.doubles()) == (there, 0)
    assert Restoration.objects.get().resumed_by == "Ada"
    new = kept.invoice("after")
    kept.finish(new)
    assert new.state == State.CONFIRMED


def test_what_waits_tells_why(kept: Office, path: Path) -> None:
    own = Installation.objects.get()
    mark.keep(path, Mark(own.number, own.sent + 5, kept.now))
    intent = kept.invoice()
    kept.run()
    assert "restored from a backup" in explain.waiting_for(intent)


def test_a_database_that_goes_back_while_something_is_claimed_sends_nothing(
    kept: Office, path: Path
) -> None:
    own = Installation.objects.get()
    mark.keep(path, Mark(own.number, own.sent + 5, kept.now))
    assert not recovery.counted()
    assert Installation.objects.get().sent == own.sent


def test_a_company_that_is_not_connected_is_read_before_it_goes_on(
    kept: Office, path: Path
) -> None:
    own = Installation.objects.get()
    mark.keep(path, Mark(own.number, own.sent + 5, kept.now))
    kept.connection.state = ConnectionState.RECONNECT
    kept.connection.save()
    kept.run()
    intent = kept.invoice()
    sent = len(kept.shelf.sent)
    assert recovery.resume(actor=ADA, now=kept.now) == 0
    kept.connection.state = ConnectionState.ACTIVE
    kept.connection.save()
    kept.run()
    assert len(kept.shelf.sent) == sent
    _sweep(kept)
    assert recovery.standstill() is None
    kept.finish(intent)
    assert intent.state == State.CONFIRMED


def test_the_books_are_read_only_after_what_was_sent_last_has_settled(
    kept: Office, path: Path
) -> None:
    own = Installation.objects.get()
    mark.keep(path, Mark(own.number, own.sent + 5, kept.now))
    kept.run()
    tasks.run_sweep(kept.now + timedelta(seconds=200))
    assert Gate.objects.get().recovered_at is None
    tasks.run_sweep(kept.now + timedelta(seconds=241))
    assert Gate.objects.get().recovered_at is not None


def test_a_company_that_comes_later_is_read_first_too(
    kept: Office, path: Path, open_office: Callable[[], Office]
) -> None:
    """It may be one that the backup did not know yet."""
    own = Installation.objects.get()
    mark.keep(path, Mark(own.number, own.sent + 5, kept.now))
    kept.run()
    later = open_office()
    later.wait(hours=1)
    intent = later.invoice()
    later.run()
    assert later.shelf.sent == []
    tasks.run_sweep(later.now)
    later.finish(intent)
    assert intent.state == State.CONFIRMED


def test_a_copy_without_the_keys_asks_nothing_of_the_books(
    kept: Office, settings: Settings
) -> None:
    intent = kept.invoice()
    settings.ENCRYPTION_KEYS = generate_key()
    sent = len(kept.shelf.sent)
    kept.shelf.find_faults = deque([AssertionError("the books were read")])
    assert kept.run() == 0
    assert tasks.run_sweep(kept.now + timedelta(days=2)) == 0
    intent.refresh_from_db()
    assert (intent.state, len(kept.shelf.sent)) == (State.INTENDED, sent)
    assert len(kept.shelf.find_faults) == 1


def test_new_keys_before_the_old_ones_are_no_copy(
    kept: Office, settings: Settings
) -> None:
    old, new, newest = settings.ENCRYPTION_KEYS, generate_key(), generate_key()
    for keys in (f"{new} {old}", new, f"{newest} {new}"):
        settings.ENCRYPTION_KEYS = keys
        assert recovery.fitness(kept.now) is Fitness.FIT
    settings.ENCRYPTION_KEYS = old
    assert recovery.fitness(kept.now) is Fitness.COPY


def test_a_machine_that_does_not_know_the_database_asks_a_person(
    kept: Office, path: Path
) -> None:
    path.unlink()
    intent = kept.invoice()
    assert kept.run() == 0
    assert recovery.fitness(kept.now) is Fitness.STRANGER
    recovery.join(kept.now)
    kept.finish(intent)
    assert intent.state == State.CONFIRMED


def test_a_restore_onto_a_new_machine_is_said_by_a_person(
    kept: Office, path: Path
) -> None:
    path.unlink()
    recovery.begin_anew(kept.now)
    intent = kept.invoice()
    sent = len(kept.shelf.sent)
    kept.run()
    assert len(kept.shelf.sent) == sent
    _sweep(kept)
    recovery.resume(actor=ADA, now=kept.now, workspace=kept.workspace)
    kept.finish(intent)
    assert intent.state == State.CONFIRMED


def test_a_backup_older_than_the_first_run_of_a_worker_is_known_by_the_mark(
    office: Office, path: Path
) -> None:
    intent = office.invoice()
    assert not path.exists()
    backup = transaction.savepoint()
    office.finish(intent)
    sent = len(office.shelf.sent)
    transaction.savepoint_rollback(backup)
    assert Installation.objects.get().sent == 0

    office.finish()
    assert len(office.shelf.sent) == sent
    assert Restoration.objects.get().forgotten == sent
    assert recovery.standstill(office.workspace) is not None


def test_a_second_mail_that_waited_at_the_backup_is_a_persons_to_decide(
    kept: Office, path: Path
) -> None:
    """The first one shows in the books either way; the second cannot be told from it."""
    intent = made(kept)
    finish(kept, asked(kept, intent))
    twice = asked(kept, intent, again="They lost it.")
    later = kept.now + timedelta(hours=5)
    thrice = asked(kept, intent, again="As agreed.", not_before=later)
    backup = transaction.savepoint()
    finish(kept, twice)
    assert kept.shelf.deeds.ours("send") == 2
    transaction.savepoint_rollback(backup)

    kept.run()
    _sweep(kept)
    recovery.resume(actor=ADA, now=kept.now)
    finish(kept, twice)
    assert twice.state == State.ESCALATED
    assert "restored from a backup" in twice.message
    assert kept.shelf.deeds.ours("send") == 2
    acts.vouch(act=twice, actor=ADA, now=kept.now)
    kept.wait(hours=5)
    finish(kept, thrice)
    assert thrice.state == State.CONFIRMED
    assert kept.shelf.deeds.ours("send") == 3


def test_a_second_mail_asked_for_after_the_restore_goes_out(
    kept: Office, path: Path
) -> None:
    intent = made(kept)
    finish(kept, asked(kept, intent))
    own = Installation.objects.get()
    mark.keep(path, Mark(own.number, own.sent + 5, kept.now))
    kept.run()
    kept.wait(seconds=1)
    again = asked(kept, intent, again="They lost it.")
    _sweep(kept)
    recovery.resume(actor=ADA, now=kept.now)
    finish(kept, again)
    assert again.state == State.CONFIRMED
    assert kept.shelf.deeds.ours("send") == 2


def test_a_database_that_has_sent_nothing_begins_a_mark_of_its_own(
    office: Office, path: Path
) -> None:
    mark.keep(path, Mark(Installation().number, 9, office.now))
    intent = office.invoice()
    office.finish(intent)
    assert intent.state == State.CONFIRMED
    left = mark.read(path)
    assert left is not None
    assert left.installation == Installation.objects.get().number


def test_where_no_mark_can_be_kept_nothing_is_counted(
    office: Office, tmp_path: Path, settings: Settings
) -> None:
    (tmp_path / "file").write_text("")
    settings.POSTING_MARK_FILE = str(tmp_path / "file" / "posting.json")
    intent = office.invoice()
    office.finish(intent)
    assert intent.state == State.CONFIRMED
    assert Installation.objects.get().sent == 0
    office.finish(office.invoice())


def test_an_orphan_is_adopted_when_its_event_comes_again(
    kept: Office, path: Path
) -> None:
    own = Installation.objects.get()
    backup = transaction.savepoint()
    kept.finish(kept.invoice("deal 7"))
    transaction.savepoint_rollback(backup)
    kept.run()
    _sweep(kept)
    [orphan] = Finding.objects.filter(problem=Problem.ORPHAN)
    recovery.resume(actor=ADA, now=kept.now)
    again = kept.invoice("deal 7")
    kept.finish(again)
    assert again.remote_id == orphan.remote_id
    orphan.refresh_from_db()
    assert (orphan.intent, orphan.resolved_at is None) == (again, False)
    assert Intent.objects.count() == 2
    assert own.number == Installation.objects.get().number


def test_an_orphan_that_a_person_has_looked_at_is_adopted_all_the_same(
    kept: Office, path: Path
) -> None:
    kept.shelf.requests = Requests.IGNORED
    backup = transaction.savepoint()
    kept.finish(kept.invoice("deal 7"))
    transaction.savepoint_rollback(backup)
    kept.run()
    _sweep(kept)
    [orphan] = Finding.objects.filter(problem=Problem.ORPHAN)
    recovery.resume(actor=ADA, now=kept.now)
    asked = {"connection": kept.connection, "finding_ids": [orphan.pk], "actor": ADA}
    assert settling.looked_at(**asked, now=kept.now) == 1
    again = kept.invoice("deal 7")
    kept.finish(again)
    assert again.remote_id == orphan.remote_id
    assert kept.shelf.doubles() == 0


def test_a_reading_that_began_before_the_restore_was_noticed_does_not_count(
    kept: Office, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    visible = kept.shelf.visible

    def noticed_meanwhile() -> list[Document]:
        if recovery.standstill() is None:
            recovery.begin_anew(kept.now)
        return visible()

    kept.wait(hours=1, seconds=1)
    kept.finish(kept.invoice())
    monkeypatch.setattr(kept.shelf, "visible", noticed_meanwhile)
    tasks.run_sweep(kept.now)
    stand = recovery.standstill()
    assert stand is not None
    assert not stand.can_resume
    _sweep(kept)
    assert Gate.objects.get().recovered_at is not None


def test_a_payment_of_what_exists_is_looked_up_before_it_is_sent_too(
    kept: Office, path: Path
) -> None:
    invoice = kept.invoice()
    kept.finish(invoice)
    payment = kept.of_kind("payment")
    post.revise(
        intent=payment, document=payment.document, after=[invoice], now=kept.now
    )
    recovery.begin_anew(kept.now)
    kept.run()
    _sweep(kept)
    recovery.resume(actor=ADA, now=kept.now)
    kept.finish(payment)
    assert payment.state == State.CONFIRMED
    first = payment.attempts.order_by("id").first()
    assert first is not None
    assert first.action == AttemptAction.LOOKUP
