"""Documents are sent, voided and deleted once, whoever dies and whoever else does it."""

from __future__ import annotations

from collections import deque
from datetime import timedelta

import pytest
from integration.posting.conftest import ADA, Office
from integration.posting.hands import asked, finish, made, told
from support.deeds import Mishap

from counterfoil.connections.models import Connection, ConnectionState
from counterfoil.core.errors import Invalid, Rejected, Retryable
from counterfoil.crm.refs import Ref
from counterfoil.posting import acts, faultpoints, post, tasks
from counterfoil.posting.models import Act, ActAttempt, Gate, Intent
from counterfoil.posting.state import State

pytestmark = pytest.mark.django_db


def test_an_e_mail_is_sent_to_whom_it_shall_go(office: Office) -> None:
    intent = made(office)
    act = finish(office, asked(office, intent, to="ada@example.com"))
    assert (act.state, act.was_so, act.remote_id) == (
        State.CONFIRMED,
        False,
        intent.remote_id,
    )
    [moment] = office.shelf.deeds.moments
    assert (moment.action, moment.to) == ("send", "ada@example.com")
    [event] = told(office, "document_sent")
    assert event["document"]["email_status"] == "EmailSent"
    assert event["intuit_tid"] == f"1-{intent.remote_id}"


def test_asking_twice_with_one_key_is_asking_once(office: Office) -> None:
    intent = made(office)
    first = asked(office, intent, business_key=["one"])
    assert asked(office, intent, business_key=["one"]) == first
    finish(office, first)
    assert office.shelf.deeds.ours("send") == 1


def test_two_people_who_press_send_send_it_once(office: Office) -> None:
    intent = made(office)
    both = [asked(office, intent) for _ in range(2)]
    first, second = (finish(office, act) for act in both)
    assert (first.was_so, second.was_so) == (False, True)
    assert office.shelf.deeds.ours("send") == 1


def test_what_somebody_has_sent_there_is_not_sent_again(office: Office) -> None:
    intent = made(office)
    office.shelf.deeds.by_somebody("send", office.shelf, intent.remote_id)
    act = finish(office, asked(office, intent))
    assert (act.state, act.was_so) == (State.CONFIRMED, True)
    assert office.shelf.deeds.asked == []


def test_a_person_may_send_it_again_with_a_reason(office: Office) -> None:
    intent = made(office)
    finish(office, asked(office, intent))
    finish(office, asked(office, intent, again="It went to the wrong address."))
    assert office.shelf.deeds.ours("send") == 2


def test_nothing_is_done_before_the_document_exists(office: Office) -> None:
    intent = office.invoice()
    act = asked(office, intent)
    Intent.objects.filter(pk=intent.pk).update(
        next_at=office.now + timedelta(minutes=10)
    )
    for _ in range(3):
        office.run()
        office.wait(minutes=1)
    act.refresh_from_db()
    assert (act.state, office.shelf.deeds.asked) == (State.INTENDED, [])
    office.wait(minutes=10)
    finish(office, act)
    assert act.state == State.CONFIRMED
    assert office.shelf.deeds.ours("send") == 1


def test_a_later_e_mail_waits_for_its_moment(office: Office) -> None:
    intent = made(office)
    act = asked(office, intent, not_before=office.now + timedelta(hours=3))
    office.run()
    office.wait(hours=2, minutes=59)
    office.run()
    assert office.shelf.deeds.asked == []
    office.wait(minutes=1)
    office.run()
    act.refresh_from_db()
    assert act.state == State.CONFIRMED


def test_an_e_mail_that_waits_can_be_cancelled_and_one_that_went_cannot(
    office: Office,
) -> None:
    intent = made(office)
    act = asked(office, intent, not_before=office.now + timedelta(hours=3))
    acts.cancel(act=act, actor=ADA, now=office.now)
    office.wait(hours=4)
    office.run()
    assert office.shelf.deeds.asked == []
    gone = finish(office, asked(office, intent))
    with pytest.raises(Invalid):
        acts.cancel(act=gone, actor=ADA, now=office.now)


def test_whoever_was_about_to_send_a_cancelled_one_does_not(office: Office) -> None:
    intent = made(office)
    act = asked(office, intent)
    office.shelf.deeds.on_read = lambda: (
        acts.cancel(act=act, actor=ADA, now=office.now) and None
    )
    office.run()
    act.refresh_from_db()
    assert (act.state, office.shelf.deeds.asked) == (State.CANCELLED, [])


@pytest.mark.parametrize("action", ["void", "delete"])
def test_what_is_void_or_deleted_already_is_done(office: Office, action: str) -> None:
    intent = made(office)
    office.shelf.deeds.by_somebody(action, office.shelf, intent.remote_id)
    act = finish(office, asked(office, intent, action))
    assert (act.state, act.was_so) == (State.CONFIRMED, True)
    assert office.shelf.deeds.asked == []
    kind = "document_voided" if action == "void" else "document_removed"
    assert len(told(office, kind)) == 1


@pytest.mark.parametrize(("before", "code"), [("void", "voided"), ("delete", "gone")])
def test_what_is_void_or_gone_is_not_sent(
    office: Office, before: str, code: str
) -> None:
    intent = made(office)
    office.shelf.deeds.by_somebody(before, office.shelf, intent.remote_id)
    act = finish(office, asked(office, intent))
    assert (act.state, act.code) == (State.REJECTED, code)
    assert office.shelf.deeds.asked == []
    assert told(office, "act_refused")[0]["message"]


def test_what_is_voided_is_not_sent_any_more(office: Office) -> None:
    intent = made(office)
    waiting = asked(office, intent, not_before=office.now + timedelta(hours=3))
    finish(office, asked(office, intent, "void"))
    waiting.refresh_from_db()
    assert waiting.state == State.CANCELLED


def test_a_change_by_somebody_else_is_read_before_it_is_voided(
    office: Office,
) -> None:
    intent = made(office)
    deeds = office.shelf.deeds

    def rival() -> None:
        deeds.on_read = None
        deeds.by_somebody("void", office.shelf, intent.remote_id)

    deeds.on_read = rival
    act = finish(office, asked(office, intent, "void"))
    assert (act.state, act.was_so) == (State.CONFIRMED, True)
    assert deeds.ours("void") == 0


def test_what_was_refused_as_stale_is_asked_anew_under_an_id_of_its_own(
    office: Office,
) -> None:
    """Nobody knows whether the books repeat a refusal to whoever repeats its id."""
    intent = made(office)
    deeds = office.shelf.deeds

    def rival() -> None:
        deeds.on_read = None
        deeds.by_somebody("edit", office.shelf, intent.remote_id)

    deeds.on_read = rival
    act = finish(office, asked(office, intent, "void"))
    assert (act.state, deeds.ours("void")) == (State.CONFIRMED, 1)
    first, second = (request_id for _action, _id, request_id in deeds.asked)
    assert first != second
    told = [each.request_id for each in act.attempts.order_by("id")]
    assert told == [first, second]


def test_a_refusal_is_told(office: Office) -> None:
    intent = made(office)
    office.shelf.deeds.faults = deque([Mishap.REFUSED])
    act = finish(office, asked(office, intent, "void"))
    assert (act.state, act.code) == (State.REJECTED, "6540")
    [event] = told(office, "act_refused")
    assert (event["message"], event["action"]) == ("It was deposited.", "void")
    acts.retry(act=act, actor=ADA, now=office.now)
    assert finish(office, act).state == State.CONFIRMED


def test_a_lost_e_mail_is_asked_about_and_not_repeated(office: Office) -> None:
    intent = made(office)
    office.shelf.deeds.faults = deque([Mishap.DROP_BEFORE])
    act = finish(office, asked(office, intent))
    assert act.state == State.ESCALATED
    assert len(office.shelf.deeds.asked) == 1
    assert len(told(office, "act_unclear")) == 1
    other = asked(office, intent)
    office.wait(hours=1)
    office.run()
    other.refresh_from_db()
    assert (other.state, len(office.shelf.deeds.asked)) == (State.INTENDED, 1)
    with pytest.raises(Invalid):
        acts.retry(act=act, actor=ADA, now=office.now)
    acts.retry(act=act, actor=ADA, now=office.now, reason="It did not arrive.")
    assert finish(office, act).state == State.CONFIRMED
    assert office.shelf.deeds.ours("send") == 1
    ids = {request_id for _action, _id, request_id in office.shelf.deeds.asked}
    assert len(ids) == 2
    finish(office, other)
    act.refresh_from_db()
    assert {act.was_so, other.was_so} == {True, False}


def test_after_a_lost_answer_nothing_is_sent_again_when_it_shows(
    office: Office,
) -> None:
    intent = made(office)
    office.shelf.read_lag = timedelta(seconds=55)
    office.shelf.deeds.faults = deque([Mishap.LATE])
    office.wait(minutes=2)
    act = finish(office, asked(office, intent))
    assert (act.state, act.was_so) == (State.CONFIRMED, False)
    assert office.shelf.deeds.ours("send") == 1


def test_a_reading_that_fails_does_nothing(office: Office) -> None:
    intent = made(office)
    office.shelf.deeds.read_faults = deque([Retryable("Later."), Retryable("Later.")])
    act = asked(office, intent)
    office.run()
    assert office.shelf.deeds.asked == []
    assert finish(office, act).state == State.CONFIRMED


def test_what_cannot_be_read_is_refused(office: Office) -> None:
    intent = made(office)
    office.shelf.deeds.read_faults = deque([Rejected("Not yours.", code="5020")])
    act = finish(office, asked(office, intent))
    assert (act.state, act.code) == (State.REJECTED, "5020")


def test_a_disconnected_company_is_waited_for(office: Office) -> None:
    intent = made(office)
    rows = Connection.objects.filter(pk=office.connection.pk)
    rows.update(state=ConnectionState.DISCONNECTED)
    act = asked(office, intent)
    office.run()
    assert office.shelf.deeds.asked == []
    rows.update(state=ConnectionState.ACTIVE)
    assert finish(office, act).state == State.CONFIRMED


def test_another_company_on_the_same_connection_is_left_alone(office: Office) -> None:
    intent = made(office)
    act = asked(office, intent)
    Act.objects.filter(pk=act.pk).update(account="another")
    finish(office, act)
    assert (act.state, act.code) == (State.REJECTED, "another_company")
    assert office.shelf.deeds.asked == []


def test_an_open_breaker_is_respected(office: Office) -> None:
    intent = made(office)
    until = office.now + timedelta(minutes=20)
    Gate.objects.filter(connection=office.connection).update(open_until=until)
    act = asked(office, intent)
    office.run()
    assert office.shelf.deeds.asked == []
    office.wait(minutes=21)
    assert finish(office, act).state == State.CONFIRMED


def test_answers_that_are_not_clear_open_the_breaker(office: Office) -> None:
    intents = [made(office) for _ in range(5)]
    office.shelf.deeds.faults = deque([Mishap.DROP_BEFORE] * 5)
    for intent in intents:
        asked(office, intent, "void")
    office.run()
    gate = Gate.objects.get(connection=office.connection)
    assert gate.open_until is not None
    assert gate.open_until > office.now


def test_a_worker_that_lost_its_lease_settles_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    intent = made(office)
    act = asked(office, intent, "void")
    monkeypatch.setenv(faultpoints.VARIABLE, "before_send=raise")
    with pytest.raises(faultpoints.Killed):
        tasks.run(office.now)
    monkeypatch.delenv(faultpoints.VARIABLE)
    act.refresh_from_db()
    assert act.state == State.SENDING
    with pytest.raises(Invalid):
        acts.cancel(act=act, actor=ADA, now=office.now)
    finish(office, act)
    assert (act.state, act.rescues) == (State.CONFIRMED, 1)
    assert office.shelf.deeds.ours("void") == 1
    assert ActAttempt.objects.filter(act=act, outcome="lapsed").count() == 1


@pytest.mark.parametrize("action", ["send", "void", "delete"])
def test_a_worker_that_wakes_up_after_its_lease_settles_nothing(
    office: Office, action: str
) -> None:
    intent = made(office)
    deeds = office.shelf.deeds

    def sleep_past_the_lease() -> None:
        deeds.on_act = None
        office.wait(seconds=300)
        tasks.run(office.now)

    deeds.on_act = sleep_past_the_lease
    act = asked(office, intent, action)
    office.run()
    act.refresh_from_db()
    assert (act.state, act.rescues) == (State.UNKNOWN, 1)
    finish(office, act)
    assert (act.state, act.was_so) == (State.CONFIRMED, False)
    assert deeds.ours(action) == 1


def test_what_waits_for_a_document_that_will_not_come_is_dropped(
    office: Office,
) -> None:
    intent = office.invoice()
    act = asked(office, intent)
    post.cancel(intent=intent, actor=ADA, now=office.now)
    record = Ref(intent.object_type, intent.record_id or 0)
    assert acts.cancel_waiting(record=record, message="No.", now=office.now) == 1
    act.refresh_from_db()
    assert act.state == State.CANCELLED
