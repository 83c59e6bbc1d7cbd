"""A new number and a person's word reach the document's record and its timeline."""

from __future__ import annotations

import pytest
from factories import NOW, make_connection, make_invoice, make_workspace
from support.worker import run_until_idle

from counterfoil.crm.models import Invoice, TimelineEntry
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor
from counterfoil.posting import outcomes, post
from counterfoil.posting.models import Intent
from counterfoil.web.stories import story_of

pytestmark = pytest.mark.django_db


def _asked(state: str, message: str = "") -> tuple[Invoice, Intent]:
    workspace = make_workspace()
    connection = make_connection(workspace)
    invoice = make_invoice(
        workspace,
        connection=connection.pk,
        number="1007",
        posting_state=state,
        posting_message=message,
    )
    intent = post.submit(
        workspace=workspace,
        connection=connection,
        kind="invoice",
        document={"customer_id": "58", "number": "1007", "lines": []},
        business_key=[str(invoice.pk)],
        record=Ref.of(invoice),
        actor=Actor("user", "1", "Ada"),
        now=NOW,
    )
    return invoice, intent


def _told(invoice: Invoice, kind: str) -> list[str]:
    rows = TimelineEntry.objects.filter(
        object_type="invoice", record_id=invoice.pk, kind=kind
    )
    return [str(story_of(entry).sentence(entry)) for entry in rows.order_by("id")]


def test_a_number_that_a_rival_took_is_told_and_replaced_on_the_record() -> None:
    invoice, intent = _asked("pending")
    change = {"from": "1007", "to": "1008"}
    outcomes.tell(intent, "document_renumbered", NOW, change)
    run_until_idle(NOW, without={"posting", "posting_sweep"})
    invoice.refresh_from_db()
    assert (invoice.number, invoice.posting_state) == ("1008", "pending")
    [said] = _told(invoice, "invoice_renumbered")
    assert said == "Number 1007 is taken in QuickBooks; it goes by 1008"


def test_a_number_that_is_known_by_now_is_not_put_back() -> None:
    invoice, intent = _asked("confirmed")
    change = {"from": "1005", "to": "1006"}
    outcomes.tell(intent, "document_renumbered", NOW, change)
    run_until_idle(NOW, without={"posting", "posting_sweep"})
    invoice.refresh_from_db()
    assert (invoice.number, invoice.posting_state) == ("1007", "confirmed")


def test_what_a_person_has_looked_at_needs_nobody_any_more() -> None:
    invoice, intent = _asked("attention", "It differs.")
    outcomes.tell(intent, "document_settled", NOW, {"settled_by": "Bo"})
    run_until_idle(NOW, without={"posting", "posting_sweep"})
    invoice.refresh_from_db()
    assert (invoice.posting_state, invoice.posting_message) == ("confirmed", "")
    [said] = _told(invoice, "invoice_settled")
    assert said == "Invoice 1007 looked at and left as it is by Bo"


def test_what_was_cancelled_stays_cancelled_when_it_has_been_looked_at() -> None:
    invoice, intent = _asked("attention", "It was cancelled here, but exists.")
    told = {"settled_by": "Bo", "is_cancelled": True}
    outcomes.tell(intent, "document_settled", NOW, told)
    run_until_idle(NOW, without={"posting", "posting_sweep"})
    invoice.refresh_from_db()
    assert (invoice.posting_state, invoice.posting_message) == ("cancelled", "")
