from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import given, strategies as st

from counterfoil.crm.models import InvoiceStage
from counterfoil.crm.stages import OPEN, Stage, Standing, stage
from counterfoil.workspaces.models import Workspace

DUE = date(2026, 3, 20)
amounts = st.decimals("0", "10000", places=2)
standings = st.builds(
    Standing,
    total=amounts,
    balance=amounts,
    due_on=st.none() | st.dates(date(2025, 1, 1), date(2027, 12, 31)),
    is_sent=st.booleans(),
    is_void=st.booleans(),
)


def at(balance: str, *, is_sent: bool = True, today: date = DUE) -> Stage:
    standing = Standing(Decimal(100), Decimal(balance), DUE, is_sent)
    return stage(standing, today=today)


def test_our_stages_are_those_that_records_keep():
    assert [each.value for each in Stage] == InvoiceStage.values


def test_an_invoice_travels_from_awaiting_send_to_paid():
    found = [at("100", is_sent=False), at("100"), at("50"), at("0")]
    assert found == [
        Stage.AWAITING_SEND,
        Stage.SENT,
        Stage.PARTIALLY_PAID,
        Stage.PAID,
    ]


def test_it_is_overdue_on_the_day_after_the_due_date_and_not_before():
    assert at("100", today=DUE) is Stage.SENT
    assert at("100", today=DUE + timedelta(days=1)) is Stage.OVERDUE


def test_one_paid_in_part_or_never_sent_is_overdue_too():
    later = DUE + timedelta(days=1)
    assert at("50", today=later) is Stage.OVERDUE
    assert at("100", is_sent=False, today=later) is Stage.OVERDUE


def test_one_paid_in_full_is_never_overdue():
    assert at("0", today=DUE + timedelta(days=400)) is Stage.PAID


def test_an_invoice_of_zero_owes_nothing():
    nothing = Standing(Decimal(0), Decimal(0), DUE, is_sent=False)
    assert stage(nothing, today=DUE + timedelta(days=9)) is Stage.PAID


def test_a_voided_one_is_voided_whatever_else():
    void = Standing(Decimal(0), Decimal(0), DUE, is_sent=True, is_void=True)
    assert stage(void, today=DUE) is Stage.VOIDED


def test_the_day_begins_in_the_zone_of_the_workspace():
    moment = datetime(2026, 3, 20, 20, 0, tzinfo=UTC)
    standing = Standing(Decimal(9), Decimal(9), DUE, is_sent=True)
    seoul, denver = (
        Workspace(time_zone="Asia/Seoul"),
        Workspace(time_zone="America/Denver"),
    )
    assert stage(standing, today=seoul.today(moment)) is Stage.OVERDUE
    assert stage(standing, today=denver.today(moment)) is Stage.SENT


@given(standings, st.dates(date(2025, 1, 1), date(2027, 12, 31)))
def test_time_alone_only_ever_makes_an_open_invoice_overdue(standing, today):
    before = stage(standing, today=today)
    after = stage(standing, today=today + timedelta(days=1))
    assert after == before or (before in OPEN and after is Stage.OVERDUE)
