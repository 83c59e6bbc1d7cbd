"""Sending, voiding and deleting from pages: asked once, told when it is done."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from factories import NOW, make_deal, make_user
from integration.invoicing.delivery import Books
from support.books import Fault
from support.deeds import Mishap

from counterfoil.crm import associations
from counterfoil.crm.models import EstimateStatus
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor
from counterfoil.posting import acts, documents, post
from counterfoil.posting.state import State
from counterfoil.web import attention
from counterfoil.workspaces.models import Role

pytestmark = pytest.mark.django_db
KINDS = ("invoice", "estimate", "sales_receipt", "credit_memo", "refund_receipt")


class Desk(Books):
    """Books, and an accountant before them."""

    def __init__(self) -> None:
        super().__init__()
        self.now = datetime.now(UTC)
        self.client = Client()
        self.client.force_login(self.access.user)

    def settle(self, record: Any, **passed: float) -> Any:
        self.now = max(self.now, datetime.now(UTC))
        return super().settle(record, **passed)

    def at(self, name: str, record: Any, *more: Any) -> str:
        args = [self.workspace.pk, record.object_type, record.pk, *more]
        return reverse(name, args=args)

    def post(self, name: str, record: Any, *more: Any, **values: str) -> Any:
        return self.client.post(self.at(name, record, *more), values)

    def page(self, record: Any) -> str:
        slug = record.object_type.replace("_", "-") + "s"
        address = reverse("record", args=[self.workspace.pk, slug, record.pk])
        return str(self.client.get(address).text)

    def asked(self, record: Any) -> list[Any]:
        return acts.of_record(Ref.of(record))

    def card(self, deal: Any, **query: str) -> Any:
        address = reverse("invoice_card", args=[self.workspace.pk, "deal", deal.pk])
        return self.client.get(address, query)


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.mark.parametrize("kind", KINDS)
def test_a_document_of_every_kind_is_sent_from_its_page(desk: Desk, kind: str) -> None:
    record = desk.document(kind)
    asking = desk.client.get(desk.at("document_send", record)).text
    assert "accounts@marbella.example" in asking
    assert "$120.00" in asking
    desk.post("document_send", record, email="ada@example.com", when="now")
    assert "It is being sent." in desk.page(record)
    desk.settle(record)
    assert desk.mails() == 1
    assert "Sent to ada@example.com" in desk.page(record)


@pytest.mark.parametrize("kind", [*KINDS, "payment", "expense"])
def test_a_document_of_every_kind_is_deleted_once_that_is_confirmed(
    desk: Desk, kind: str
) -> None:
    record = desk.document(kind)
    asking = desk.client.get(desk.at("document_delete", record)).text
    for said in (record.number, "$120.00", "vanishes from Harbour Bakery Services"):
        assert said in asking
    assert desk.asked(record) == []
    assert desk.post("document_delete", record).status_code == 302
    desk.settle(record)
    assert record.deleted_remotely
    assert "It was deleted" in desk.client.get(desk.at("document_delete", record)).text


def test_what_is_sent_later_is_shown_and_can_be_cancelled(desk: Desk) -> None:
    record = desk.document()
    day = (desk.now + timedelta(days=3)).date().isoformat()
    later = {"email": "ada@example.com", "when": "later", "day": day, "time": "09:30"}
    desk.post("document_send", record, **later)
    [act] = desk.asked(record)
    local = act.not_before.astimezone(desk.workspace.zone)
    assert (local.date().isoformat(), f"{local:%H:%M}") == (day, "09:30")
    assert "It will be sent" in desk.page(record)
    desk.post("document_unsend", record)
    desk.settle(record, days=4)
    assert desk.mails() == 0
    assert "Not sent by e-mail yet." in desk.page(record)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"email": ""}, "Enter an e-mail address"),
        ({"email": "ada at example"}, "such as ada@example.com"),
        ({"when": "later", "day": "", "time": "09:00"}, "Enter a day and a time."),
        ({"when": "later", "day": "2099-12-31", "time": "23:59"}, "within a year"),
        ({"when": "later", "day": "2020-01-01", "time": "09:00"}, "still to come"),
    ],
)
def test_what_is_filled_in_wrongly_is_said_and_nothing_is_asked_for(
    desk: Desk, values: dict[str, str], said: str
) -> None:
    record = desk.document(recipient="" if values.get("email") == "" else "a@b.example")
    given = {"email": "ada@example.com", "when": "now", **values}
    answer = desk.post("document_send", record, **given)
    assert answer.status_code == 422
    assert said in answer.text
    assert desk.asked(record) == []


def test_sending_again_takes_a_reason(desk: Desk) -> None:
    record = desk.document()
    desk.post("document_send", record, email="ada@example.com")
    desk.settle(record)
    again = desk.post("document_send", record, email="ada@example.com")
    assert again.status_code == 422
    assert "To send it again, say why." in again.text
    desk.post("document_send", record, email="ada@example.com", reason="It got lost.")
    desk.settle(record)
    assert desk.mails() == 2


def test_an_e_mail_that_nobody_knows_of_is_a_persons_to_decide(desk: Desk) -> None:
    record = desk.document()
    desk.shelf.deeds.faults.append(Mishap.DROP_BEFORE)
    desk.post("document_send", record, email="ada@example.com")
    for _round in range(12):
        desk.settle(record, minutes=10)
    [act] = desk.asked(record)
    assert act.state == State.ESCALATED
    assert "Was it sent?" in desk.page(record)
    desk.post("document_decide", record, act.pk, answer="again")
    act.refresh_from_db()
    assert act.state == State.ESCALATED
    desk.post("document_decide", record, act.pk, answer="again", reason="Asked her.")
    desk.settle(record)
    assert desk.mails() == 1
    assert "Was it sent?" not in desk.page(record)


def test_who_knows_that_it_was_sent_says_so(desk: Desk) -> None:
    record = desk.document()
    desk.shelf.deeds.faults.append(Mishap.DROP_BEFORE)
    desk.post("document_send", record, email="ada@example.com")
    for _round in range(12):
        desk.settle(record, minutes=10)
    [act] = desk.asked(record)
    desk.post("document_decide", record, act.pk, answer="sent")
    desk.settle(record)
    page = desk.page(record)
    assert "Was it sent?" not in page
    assert "Sent to ada@example.com" in page
    assert desk.mails() == 0


def test_the_card_of_a_deal_has_documents_of_every_kind_and_tells_what_became_of_them(
    desk: Desk,
) -> None:
    deal, records = make_deal(desk.workspace), [desk.document(kind) for kind in KINDS]
    for record in [*records, desk.document("expense", vendor_name="Stripe", number="")]:
        associations.associate(
            workspace=desk.workspace, left=Ref.of(deal), right=Ref.of(record), now=NOW
        )
    page = desk.card(deal).text
    for heading in ("Estimates", "Sales receipts", "Credit memos", "Expenses"):
        assert heading in page
    assert "New: Expense" not in page
    answer = desk.post(
        "document_void", records[0], **{"from": f"deal:{deal.pk}", "x": ""}
    )
    assert answer["Location"].endswith(f"/deals/{deal.pk}/")
    assert "is being voided" in desk.card(deal).text
    [act] = desk.asked(records[0])
    desk.settle(records[0])
    fresh = desk.card(deal, asked=str(act.pk))
    assert "was voided in QuickBooks" in fresh.headers["HX-Trigger"]
    assert "Voided" in fresh.text


def test_one_card_alone_renews_a_page_that_has_two(desk: Desk) -> None:
    deal, payment = make_deal(desk.workspace), desk.document("payment")
    assert desk.card(deal).text.count("invoices-changed from:body") == 1
    assert desk.page(payment).count("invoices-changed from:body") == 1


@pytest.mark.parametrize("status", EstimateStatus.values)
def test_an_estimate_is_in_the_books_whatever_its_customer_says(
    desk: Desk, status: str
) -> None:
    deal, record = make_deal(desk.workspace), desk.document("estimate", status=status)
    associations.associate(
        workspace=desk.workspace, left=Ref.of(deal), right=Ref.of(record), now=NOW
    )
    card = desk.card(deal).text
    for name in ("preview", "pdf", "open", "send", "delete"):
        assert desk.at(f"document_{name}", record) in card, name
    assert "Correct it" not in card


@pytest.mark.parametrize("name", ["document_void", "document_delete"])
def test_what_cannot_be_done_says_why_and_is_not_asked_for(
    desk: Desk, name: str
) -> None:
    record = desk.document(posting_state="rejected", posting_message="No such tax.")
    assert "refused it" in desk.client.get(desk.at(name, record)).text
    assert desk.post(name, record).status_code == 422
    assert desk.asked(record) == []


def test_a_sales_user_is_told_who_may_and_a_stranger_finds_nothing(desk: Desk) -> None:
    record = desk.document()
    desk.client.force_login(make_user("Bo", workspace=desk.workspace, role=Role.SALES))
    page = desk.page(record)
    assert "Owners and accounting may send, void and delete it." in page
    assert desk.at("document_send", record) not in page
    assert desk.post("document_send", record).status_code == 403
    assert desk.post("document_void", record).status_code == 403
    desk.client.force_login(make_user("Cy"))
    for name in ("document_send", "document_void", "document_delete"):
        assert desk.post(name, record).status_code == 404
    assert desk.asked(record) == []


def test_a_story_tells_each_act_with_the_answers_name(desk: Desk) -> None:
    record = desk.document("estimate")
    desk.post("document_send", record, email="ada@example.com")
    desk.settle(record)
    told = desk.client.get(desk.at("document_story", record)).text
    assert "Send it by e-mail" in told
    assert desk.access.user.name in told
    [act] = desk.asked(record)
    assert act.correlation_id in told
    assert "Asked for it: Done" in told


def test_a_story_begins_with_what_had_to_be_first(desk: Desk) -> None:
    record = desk.pending()
    how = {
        "workspace": desk.workspace,
        "connection": desk.connection,
        "actor": Actor("workflow", "7", "Bill won deals"),
        "now": desk.now,
    }
    customer = post.submit(
        kind="customer",
        document={"name": "Marbella Foods"},
        business_key=["first"],
        record=None,
        **how,
    )
    post.submit(
        kind="invoice",
        document={"customer_id": documents.reference(customer.pk), "lines": []},
        business_key=["second"],
        record=Ref.of(record),
        **how,
    )
    told = desk.client.get(desk.at("document_story", record)).text
    assert told.index("Customer Marbella Foods") < told.index(">The document</h2>")
    assert told.count("By a workflow") == 2
    assert "Bill won deals" in told
    assert "It was made in QuickBooks" not in told


def test_what_needs_a_decision_leads_to_where_it_is_made(desk: Desk) -> None:
    record = desk.document(posting_state="attention", posting_message="It differs.")
    where = reverse("books", args=[desk.workspace.pk, desk.connection.pk])
    assert where in desk.page(record)


def test_what_a_program_had_refused_is_decided_on_its_own_page(desk: Desk) -> None:
    record = desk.pending()
    intent = post.submit(
        workspace=desk.workspace,
        connection=desk.connection,
        kind="invoice",
        document={"customer_id": "58", "lines": []},
        business_key=["refused"],
        record=Ref.of(record),
        actor=Actor("api", "7", "Ada"),
        now=desk.now,
    )
    desk.shelf.faults.append(Fault.REFUSED)
    desk.settle(record)
    where = reverse(
        "books_document", args=[desk.workspace.pk, desk.connection.pk, intent.pk]
    )
    page = desk.page(record)
    assert where in page
    assert "Try again" in page
    client, desk.client = desk.client, Client()
    desk.client.force_login(make_user("Bo", workspace=desk.workspace, role=Role.SALES))
    assert where not in desk.page(record)
    desk.client = client
    post.cancel(intent=intent, actor=Actor.system(), now=desk.now)
    assert where not in desk.page(record)


@pytest.mark.parametrize("given", ["x:1", "deal:0", "deal:99999999999999999999", "a"])
def test_a_way_back_that_is_none_leads_to_the_document(desk: Desk, given: str) -> None:
    record = desk.document()
    answer = desk.post("document_void", record, **{"from": given})
    assert answer["Location"].endswith(f"/invoices/{record.pk}/")


def doubtful(desk: Desk, name: str, kind: str = "invoice") -> tuple[Any, Any]:
    """Asked for, and the answer was lost for good."""
    record = desk.document(kind)
    desk.shelf.deeds.faults.extend([Mishap.DROP_BEFORE] * 20)
    desk.post(name, record, email="ada@example.com")
    [act] = desk.asked(record)
    rounds = 0
    while act.state != State.ESCALATED:
        rounds += 1
        assert rounds < 60, act.state
        desk.settle(record, hours=1)
        act.refresh_from_db()
    return record, act


@pytest.mark.parametrize(
    ("name", "question"),
    [
        ("document_send", "Was it sent?"),
        ("document_void", "Was it voided?"),
        ("document_delete", "Was it deleted?"),
    ],
)
def test_what_nobody_knows_the_end_of_is_decided_under_needs_attention(
    desk: Desk, name: str, question: str
) -> None:
    path = reverse("attention", args=[desk.workspace.pk])
    assert "Nothing needs you" in desk.client.get(path).text
    record, act = doubtful(desk, name)
    page = desk.client.get(path).text
    assert question in page
    assert f"Invoice {record.number}" in page
    assert desk.at("document_decide", record, act.pk) in page
    left = desk.post("document_decide", record, act.pk, answer="leave", next=path)
    assert left["Location"] == path
    act.refresh_from_db()
    assert act.state == State.CANCELLED
    assert "Nothing needs you" in desk.client.get(path).text


def test_what_nobody_knows_the_end_of_is_counted_and_shown_to_who_may_see_it(
    desk: Desk,
) -> None:
    path = reverse("attention", args=[desk.workspace.pk])
    assert attention.count(desk.workspace, desk.now) == 0
    record, act = doubtful(desk, "document_send", "estimate")
    assert attention.count(desk.workspace, desk.now) == 1
    desk.client.force_login(make_user("Bo", workspace=desk.workspace, role=Role.SALES))
    page = desk.client.get(path).text
    assert f"Estimate {record.number}" in page
    assert desk.at("document_decide", record, act.pk) not in page
    assert desk.post("document_decide", record, act.pk).status_code == 403
    desk.client.force_login(make_user("Cy"))
    assert desk.client.get(path).status_code == 404
    assert desk.post("document_decide", record, act.pk).status_code == 404
    away = "https://elsewhere.example/"
    desk.client.force_login(desk.access.user)
    back = desk.post("document_decide", record, act.pk, answer="leave", next=away)
    assert "elsewhere" not in back["Location"]
