"""From a webhook's arrival to the deal's property, through a real worker."""

from __future__ import annotations

import os
import statistics
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from django.test import Client
from django.utils import timezone

from benchmarks.company import Company, drain
from benchmarks.figures import figure
from benchmarks.outside import Workers, say
from counterfoil.connections.models import RemoteObject
from counterfoil.crm import associations
from counterfoil.crm.models import Deal, Invoice, Pipeline, Stage, StageOutcome
from counterfoil.crm.records import Change, write
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor, Origin
from counterfoil.sync import inbound
from counterfoil.sync.models import Hint
from counterfoil.sync.ports import Told
from qbo_simulator.webhooks.payloads import Event, legacy, sign

PATIENCE = 30.0


def latency(company: Company, count: int, home: Path) -> None:
    """From a webhook's arrival to the deal's property, through a real worker."""
    say(f"timing {count} webhooks")
    samples = deals_with_invoices(company, count)
    workers = Workers(1, os.environ, home / "workers.log")
    seconds = []
    try:
        workers.start()
        warm(company)
        for deal_id, invoice in samples:
            seconds.append(one_payment(company, deal_id, invoice))
    finally:
        workers.close()
    ordered = sorted(seconds)
    for name, share in (("p50", 0.5), ("p99", 0.99)):
        place = min(int(len(ordered) * share), len(ordered) - 1)
        figure(
            f"webhook_to_deal_{name}", ordered[place] * 1000, "ms", samples=len(ordered)
        )
    figure("webhook_to_deal_mean", statistics.mean(ordered) * 1000, "ms")


def warm(company: Company) -> None:
    """Let the worker open its connections."""
    until = time.monotonic() + PATIENCE
    now = timezone.now()
    news = [Told(company.connection.account, "customers", "1", "update", now)]
    inbound.hint("quickbooks", news, now=now)
    while Hint.objects.exists() and time.monotonic() < until:
        time.sleep(0.05)


def deals_with_invoices(company: Company, count: int) -> list[tuple[int, Any]]:
    """Deals, each with an invoice that was read from the books."""
    customer = RemoteObject.objects.filter(stream="customers", active=True).first()
    item = RemoteObject.objects.filter(stream="items", content__type="service").first()
    assert customer is not None
    assert item is not None
    line = {
        "Amount": 100.0,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {
            "ItemRef": {"value": item.remote_id},
            "TaxCodeRef": {"value": "NON"},
        },
    }
    body = {"CustomerRef": {"value": customer.remote_id}, "Line": [line]}
    made = company.batch("create", "Invoice", [body] * count)
    now = timezone.now()
    tell(company, *(("Invoice", one["Id"], "Create") for one in made))
    drain("deliveries", "pulls", "events")
    deals = make_deals(company, len(made), now)
    numbers = {one["DocNumber"]: one for one in made}
    held = Invoice.objects.filter(number__in=numbers).order_by("pk")
    pairs = list(zip(deals, held, strict=True))
    associations.associate_many(
        workspace=company.workspace,
        pairs=[(ref, Ref("invoice", one.pk)) for ref, one in pairs],
        now=now,
    )
    drain("events")
    return [(ref.record_id, numbers[one.number]) for ref, one in pairs]


def make_deals(company: Company, count: int, now: datetime) -> list[Ref]:
    pipeline = Pipeline.objects.create(workspace=company.workspace, name="Sales")
    stage = Stage.objects.create(
        pipeline=pipeline, name="Open", outcome=StageOutcome.OPEN
    )
    values = {
        "pipeline": pipeline,
        "stage": stage,
        "currency": "USD",
    }
    written = write(
        workspace=company.workspace,
        changes=[
            Change("deal", {**values, "name": f"Deal {number}"})
            for number in range(count)
        ],
        actor=Actor.system(),
        origin=Origin.system(),
        now=now,
    )
    return [one.ref for one in written]


def tell(company: Company, *changes: tuple[str, str, str]) -> None:
    """Deliver a signed webhook to the view itself."""
    now = timezone.now()
    account = company.connection.account
    events = [
        Event(number, account, entity, remote_id, operation, now)
        for number, (entity, remote_id, operation) in enumerate(changes)
    ]
    body = legacy(events)
    answer = Client().post(
        "/connect/quickbooks/hook",
        data=body,
        content_type="application/json",
        headers={
            "intuit-signature": sign(company.keys["webhook_verifier_token"], body),
            "host": "127.0.0.1",
        },
    )
    assert answer.status_code == 200, answer.status_code


def one_payment(company: Company, deal_id: int, invoice: Any) -> float:
    """Pay an invoice in the books; the seconds until its deal says so."""
    payment = company.post(
        "payment",
        {
            "CustomerRef": invoice["CustomerRef"],
            "TotalAmt": invoice["TotalAmt"],
            "Line": [
                {
                    "Amount": invoice["TotalAmt"],
                    "LinkedTxn": [{"TxnId": invoice["Id"], "TxnType": "Invoice"}],
                }
            ],
        },
    )["Payment"]
    began = time.perf_counter()
    tell(
        company,
        ("Payment", payment["Id"], "Create"),
        ("Invoice", invoice["Id"], "Update"),
    )
    while time.perf_counter() - began < PATIENCE:
        status = Deal.objects.values_list("invoice_status", flat=True).get(pk=deal_id)
        if status == "paid":
            return time.perf_counter() - began
        time.sleep(0.002)
    raise RuntimeError(f"deal {deal_id} did not change within {PATIENCE} s")
