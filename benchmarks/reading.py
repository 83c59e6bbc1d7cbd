"""Rows per second: ours, the bare serving rate, and the loop that everybody writes."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import httpx
from django.utils import timezone
from intuitlib.client import AuthClient
from quickbooks import QuickBooks
from quickbooks.objects.customer import Customer

from benchmarks.company import Company, drain
from benchmarks.figures import figure
from benchmarks.outside import say
from counterfoil.connections.models import Connection, RemoteObject
from counterfoil.sync import plan
from counterfoil.sync.models import Run, StreamRun

PAGE = 1000


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
