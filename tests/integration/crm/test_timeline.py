"""The timeline."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from factories import make_company, make_invoice, make_workspace

from counterfoil.crm import timeline
from counterfoil.crm.records import Change, write
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor, Origin
from counterfoil.workspaces.models import Workspace

pytestmark = pytest.mark.django_db
REF = Ref("deal", 7)


def tell(workspace: Workspace, at: datetime, **values: object) -> None:
    timeline.tell(
        workspace=workspace,
        on=[REF, Ref("contact", 7)],
        kind=str(values.get("kind", "invoice_sent")),
        content={"number": values.get("number", 1)},
        about=Ref("invoice", 3),
        actor=Actor.system(),
        at=at,
        key=values.get("key"),  # type: ignore[arg-type]
    )


def test_an_entry_with_a_key_is_told_once_on_each_record(now: datetime) -> None:
    workspace = make_workspace()
    for number in (1, 2):
        tell(workspace, now, key="sent:3", number=number)
    tell(make_workspace("Cy's shop"), now, key="sent:3")
    for ref in (REF, Ref("contact", 7)):
        [entry] = timeline.read(workspace=workspace, ref=ref).entries
        assert (entry.content, entry.about_type, entry.about_id) == (
            {"number": 1},
            "invoice",
            3,
        )


def test_pages_go_back_in_time_and_lose_nothing_told_in_the_same_moment(
    now: datetime,
) -> None:
    workspace = make_workspace()
    for number in range(7):
        tell(workspace, now + timedelta(hours=number // 3), number=number)
    numbers: list[object] = []
    before = ""
    while True:
        page = timeline.read(workspace=workspace, ref=REF, before=before, size=2)
        numbers += [entry.content["number"] for entry in page.entries]
        if not page.next:
            break
        before = page.next
    assert numbers == [6, 5, 4, 3, 2, 1, 0]
    newest = timeline.read(workspace=workspace, ref=REF, before="nonsense", size=1)
    assert newest.entries[0].content == {"number": 6}


def test_kinds_are_chosen(now: datetime) -> None:
    workspace = make_workspace()
    tell(workspace, now, kind="invoice_sent")
    tell(workspace, now, kind="payment_received")
    page = timeline.read(workspace=workspace, ref=REF, kinds=["payment_received"])
    assert [entry.kind for entry in page.entries] == ["payment_received"]


@pytest.mark.parametrize(
    ("origin", "kinds"),
    [
        (Origin.user(1), ["changed", "created"]),
        (Origin.connection(1), ["changed", "created"]),
        (Origin.connection(1, historical=True), ["created"]),
        (Origin.system(), ["created"]),
    ],
)
def test_edits_are_told_unless_they_are_of_the_past_or_derived(
    origin: Origin, kinds: list[str], now: datetime
) -> None:
    workspace = make_workspace()
    company = make_company(workspace)
    write(
        workspace=workspace,
        changes=[Change("company", {"domain": "field.example"}, company.pk)],
        actor=Actor.system(),
        origin=origin,
        now=now,
    )
    page = timeline.read(workspace=workspace, ref=Ref.of(company))
    assert [entry.kind for entry in page.entries] == kinds


def test_bookkeeping_of_ours_is_not_told(now: datetime) -> None:
    workspace = make_workspace()
    invoice = make_invoice(workspace)
    [written] = write(
        workspace=workspace,
        changes=[Change("invoice", {"remote_updated_at": now}, invoice.pk)],
        actor=Actor.system(),
        origin=Origin.connection(1),
        now=now,
    )
    assert written.changed == ("remote_updated_at",)
    page = timeline.read(workspace=workspace, ref=Ref.of(invoice))
    assert [entry.kind for entry in page.entries] == ["created"]
