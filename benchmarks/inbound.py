"""The figures: rows per second, calls per thousand changes, webhook to deal."""

from __future__ import annotations

import json
import os
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from intuitlib.client import AuthClient
from quickbooks import QuickBooks
from quickbooks.objects.customer import Customer

from benchmarks.chaos_inside import connect
from benchmarks.outside import Simulator, Workers, say
from counterfoil.connections import queries
from counterfoil.connections.models import Connection, RemoteObject
from counterfoil.crm import associations
from counterfoil.crm.models import Deal, Invoice, Pipeline, Stage, StageOutcome
from counterfoil.crm.records import Change, write
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor, Origin
from counterfoil.events.wake import drains
from counterfoil.sync import inbound, plan
from counterfoil.sync.models import Hint, Run, StreamRun
from counterfoil.sync.ports import Told
from counterfoil.workspaces import people
from qbo_simulator.webhook_payloads import Event, legacy, sign

BATCH = 30
PAGE = 1000
PATIENCE = 30.0


def measure(books: Simulator, home: Path) -> None:
    """Everything, one figure after the other."""
    call_command("migrate", interactive=False, verbosity=0)
    customers = int(os.environ.get("BENCH_CUSTOMERS", "20000"))
    company = Company(books)
    say(f"making {customers} customers")
    company.make_customers(customers)
    reading(company)
    company.import_all()
    calls(company, int(os.environ.get("BENCH_CHANGES", "1000")))
    latency(company, int(os.environ.get("BENCH_WEBHOOKS", "100")), home)


def figure(name: str, value: float, unit: str, **more: object) -> None:
    """Print one line; ``baseline`` and ``baseline_value`` give a ``ratio``."""
    line: dict[str, object] = {"name": name, "value": round(value, 2), "unit": unit}
    base = more.get("baseline_value")
    if isinstance(base, float) and base:
        more = {
            **more,
            "baseline_value": round(base, 2),
            "ratio": round(value / base, 3),
        }
    print(json.dumps({**line, **more}), flush=True)


class Company:
    """The simulator's first company, connected."""

    def __init__(self, books: Simulator) -> None:
        now = timezone.now()
        self.books = books
        self.keys = books.credentials(1)
        self.root = f"/v3/company/{self.keys['realm_id']}"
        self.workspace = people.create_workspace(
            name="Bench",
            home_currency="USD",
            time_zone="America/New_York",
            country="US",
            language="en",
            now=now,
        )
        self.connection = connect(self.keys, self.workspace, now=now)

    def post(self, path: str, body: object) -> Any:
        token = self.keys["access_token"]
        return self.books.call("POST", f"{self.root}/{path}", body, token)

    def batch(self, operation: str, entity: str, bodies: list[Any]) -> list[Any]:
        made: list[Any] = []
        for start in range(0, len(bodies), BATCH):
            items = [
                {"bId": str(number), "operation": operation, entity: body}
                for number, body in enumerate(bodies[start : start + BATCH])
            ]
            answer = self.post("batch", {"BatchItemRequest": items})
            made += [each[entity] for each in answer["BatchItemResponse"]]
        return made

    def make_customers(self, count: int) -> None:
        self.batch(
            "create",
            "Customer",
            [
                {
                    "DisplayName": f"Bench customer {number:06d}",
                    "GivenName": "Bench",
                    "FamilyName": f"Customer {number}",
                    "CompanyName": f"Company {number} Ltd",
                    "PrimaryEmailAddr": {"Address": f"c{number}@example.com"},
                    "PrimaryPhone": {"FreeFormNumber": f"555-{number:06d}"},
                    "BillAddr": {
                        "Line1": f"{number} Main Street",
                        "City": "Springfield",
                        "CountrySubDivisionCode": "IL",
                        "PostalCode": "62701",
                    },
                }
                for number in range(count)
            ],
        )

    def import_all(self) -> None:
        plan.begin(self.connection, timezone.now())
        drain("imports")
        self.connection.refresh_from_db()
        assert self.connection.imported_at is not None


def drain(*keys: str) -> None:
    """Run drains in this process until they find nothing."""
    while sum(drains[key].run(timezone.now()) for key in keys):
        pass


def timed(act: Callable[[], int]) -> tuple[int, float]:
    """How many rows, and how many of them a second."""
    began = time.perf_counter()
    rows = act()
    return rows, rows / (time.perf_counter() - began)


def reading(company: Company) -> None:
    """Customers into rows, beside the bare serving rate and the usual loop."""
    say("reading: bare")
    rows, bare = timed(lambda: bare_rows(company))
    say("reading: ours")
    ours_rows, ours = timed(lambda: our_rows(company))
    assert ours_rows == rows, (ours_rows, rows)
    again_rows, again = timed(lambda: our_rows(company))
    assert again_rows == rows
    say("reading: python-quickbooks")
    RemoteObject.objects.all().delete()
    usual_rows, usual = timed(lambda: usual_rows_of(company))
    assert usual_rows == rows, (usual_rows, rows)
    RemoteObject.objects.all().delete()
    figure(
        "read_customers",
        ours,
        "rows/s",
        rows=rows,
        baseline="simulator's bare serving rate",
        baseline_value=bare,
    )
    figure(
        "read_customers_beside_the_usual_loop",
        ours,
        "rows/s",
        rows=rows,
        baseline="python-quickbooks saving through the ORM",
        baseline_value=usual,
    )
    figure(
        "read_customers_unchanged",
        again,
        "rows/s",
        rows=rows,
        baseline="simulator's bare serving rate",
        baseline_value=bare,
    )


def bare_rows(company: Company) -> int:
    """Fetch the same pages and only count."""
    rows = 0
    headers = {
        "authorization": f"Bearer {company.keys['access_token']}",
        "accept": "application/json",
    }
    with httpx.Client(base_url=company.books.address, headers=headers) as client:
        while True:
            everybody = "select * from Customer where Active in (true, false)"
            statement = (
                f"{everybody} orderby MetaData.CreateTime"
                f" startposition {rows + 1} maxresults {PAGE}"
            )
            answer = client.get(f"{company.root}/query", params={"query": statement})
            found = answer.content.count(b'"FullyQualifiedName"')
            rows += found
            if found < PAGE:
                return rows


def our_rows(company: Company) -> int:
    """The customers' part of an import, as a worker does it."""
    now = timezone.now()
    run = Run.objects.create(
        connection=company.connection, kind=plan.REFERENCE, began_at=now
    )
    part = StreamRun.objects.create(
        run=run, stream="customers", position=1, cursor={"since": ""}
    )
    drain("imports")
    part.refresh_from_db()
    assert part.ended_at is not None, company.connection.lane.error
    return RemoteObject.objects.filter(stream="customers").count()


def usual_rows_of(company: Company) -> int:
    """The loop that everybody writes."""
    QuickBooks.api_url_v3 = f"{company.books.address}/v3"
    QuickBooks.sandbox_api_url_v3 = f"{company.books.address}/v3"
    auth = AuthClient(
        company.keys["client_id"],
        company.keys["client_secret"],
        "http://127.0.0.1/callback",
        company.keys["discovery_url"],
        access_token=company.keys["access_token"],
    )
    client = QuickBooks(
        auth_client=auth, company_id=company.keys["realm_id"], minorversion=75
    )
    rows, now = 0, timezone.now()
    while True:
        page = Customer.where(
            "Active in (true, false)",
            order_by="MetaData.CreateTime",
            start_position=rows + 1,
            max_results=PAGE,
            qb=client,
        )
        for customer in page:
            save(company.connection, customer, now)
        rows += len(page)
        if len(page) < PAGE:
            return rows


def save(connection: Connection, customer: Any, now: datetime) -> None:
    email = customer.PrimaryEmailAddr.Address if customer.PrimaryEmailAddr else ""
    RemoteObject.objects.update_or_create(
        connection=connection,
        stream="customers",
        remote_id=customer.Id,
        defaults={
            "version": customer.SyncToken,
            "name": customer.DisplayName,
            "lookup": f"{customer.DisplayName} {email}".upper(),
            "email": email.lower(),
            "active": customer.Active,
            "content": {
                "display_name": customer.DisplayName,
                "company_name": customer.CompanyName,
                "email": email,
                "balance": str(customer.Balance),
            },
            "remote_updated_at": customer.MetaData["LastUpdatedTime"],
            "seen_at": now,
        },
    )


def calls(company: Company, changes: int) -> None:
    """Reads used when so many records change and webhooks tell of each."""
    say(f"changing {changes} customers")
    rows = RemoteObject.objects.filter(
        stream="customers", name__startswith="Bench customer"
    ).order_by("pk")[:changes]
    bodies = [
        {
            "Id": row.remote_id,
            "SyncToken": row.version,
            "sparse": True,
            "Notes": "changed",
            "CompanyName": f"Renamed {row.remote_id}",
        }
        for row in rows
    ]
    changed = company.batch("update", "Customer", bodies)
    began = timezone.now().replace(second=0, microsecond=0)
    before = queries.calls(company.connection, since=began).reads
    for part in parts(changed, 50):
        now = timezone.now()
        account = company.connection.account
        news = [Told(account, "customers", one["Id"], "update", now) for one in part]
        inbound.hint("quickbooks", news, now=now)
    drain("pulls")
    assert not Hint.objects.exists()
    used = queries.calls(company.connection, since=began).reads - before
    fresh = RemoteObject.objects.filter(content__company_name__startswith="Renamed")
    assert fresh.count() == len(changed), (fresh.count(), len(changed))
    figure(
        "calls_per_1000_changes",
        used * 1000 / len(changed),
        "calls",
        changes=len(changed),
        baseline="one read per webhook",
        baseline_value=1000.0,
    )


def parts(rows: list[Any], size: int) -> Iterator[list[Any]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


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
