"""What a first import is compared with: the same pages over the same line.

*Bare*: fetched and thrown away. *Least*: fetched, decoded and copied into one plain
table, the next page being fetched meanwhile. *Usual*: the loop that everybody writes,
with ``python-quickbooks`` and Django's ORM, one row a customer.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import httpx
import msgspec
from django.db import connection as database
from django.utils import timezone
from intuitlib.client import AuthClient
from quickbooks import QuickBooks
from quickbooks.objects.customer import Customer

from benchmarks.company import Company
from counterfoil.connectors.quickbooks import feed, wire
from counterfoil.connectors.quickbooks.client import Client
from counterfoil.connectors.quickbooks.query import quoted, select
from counterfoil.crm.models import Contact

PAGE = feed.PAGE
EVERYBODY = "Active in (true, false)"
BY = "MetaData.CreateTime"
PLAIN = """
CREATE TEMPORARY TABLE bench_plain (
    remote_id text, version text, name text, organisation text, given text, family text,
    email text, phone text, city text, balance numeric, changed_at timestamptz, raw jsonb
)
"""
# The customer whose names the loop's contacts carry, so that they can be told apart.
MARK = "bench-usual"


@dataclass(frozen=True)
class Paced:
    """So many rows in so many seconds, with this process at work for some of them."""

    rows: int
    seconds: float
    busy: float

    @property
    def rate(self) -> float:
        """Rows a second."""
        return self.rows / self.seconds

    @property
    def cpu(self) -> float:
        """Microseconds of this process's time a row."""
        return self.busy / self.rows * 1e6


def paced(act: Callable[[], int]) -> Paced:
    """Time something that returns its rows."""
    began, busy = time.perf_counter(), time.process_time()
    rows = act()
    return Paced(rows, time.perf_counter() - began, time.process_time() - busy)


def statements(company: Company) -> list[str]:
    """What an import asks for, page by page, found out by asking."""
    client = Client(company.connection, now=timezone.now())
    found: list[str] = []
    cursor: feed.Cursor | None = feed.Cursor()
    while cursor is not None:
        since = f"{BY} >= {quoted(cursor.since)}" if cursor.since else ""
        start = cursor.skip + 1
        found.append(select("Customer", EVERYBODY, since, order=BY, start=start))
        cursor = feed.page(client, "Customer", cursor, also=EVERYBODY).after
    return found


class Line:
    """A kept connection to the simulator, as a plain client has it."""

    def __init__(self, company: Company) -> None:
        token = company.keys["access_token"]
        self._path = f"{company.root}/query"
        self._http = httpx.Client(
            base_url=company.books.address,
            headers={"authorization": f"Bearer {token}", "accept": "application/json"},
            timeout=120,
        )

    def __enter__(self) -> Line:
        return self

    def __exit__(self, *_error: object) -> None:
        self._http.close()

    def fetch(self, statement: str) -> bytes:
        """The body of a page."""
        answer = self._http.get(self._path, params={"query": statement})
        return answer.raise_for_status().content


def bare(company: Company, asked: Sequence[str]) -> int:
    """Fetch the pages and only count."""
    with Line(company) as line:
        return sum(line.fetch(each).count(b'"FullyQualifiedName"') for each in asked)


class _Answer(msgspec.Struct, rename={"rows": "Customer"}):
    rows: list[msgspec.Raw] = []


class _Page(msgspec.Struct, rename={"answer": "QueryResponse"}):
    answer: _Answer


def least(company: Company, asked: Sequence[str]) -> int:
    """Fetch, decode and copy: the least that any importer could do."""
    pages = msgspec.json.Decoder(_Page, strict=False)
    customers = msgspec.json.Decoder(wire.Customer, strict=False)
    rows = 0
    with database.cursor() as cursor:
        cursor.execute(PLAIN)
        for body in ahead(company, asked):
            raws = pages.decode(body).answer.rows
            with cursor.copy("COPY bench_plain FROM STDIN") as copy:
                for raw in raws:
                    copy.write_row(_plain(customers.decode(raw), raw))
            rows += len(raws)
        cursor.execute("DROP TABLE bench_plain")
    return rows


def ahead(company: Company, asked: Sequence[str]) -> Iterator[bytes]:
    """The pages, each fetched while the one before is at work."""
    with Line(company) as line, ThreadPoolExecutor(1) as pool:
        coming = pool.submit(line.fetch, asked[0])
        for following in asked[1:]:
            body = coming.result()
            coming = pool.submit(line.fetch, following)
            yield body
        yield coming.result()


def _plain(held: wire.Customer, raw: msgspec.Raw) -> tuple[Any, ...]:
    return (
        held.id,
        held.sync_token,
        held.display_name,
        held.company_name,
        held.given_name,
        held.family_name,
        held.primary_email_addr.address,
        held.primary_phone.free_form_number,
        held.bill_addr.city,
        held.balance,
        held.meta_data.last_updated_time,
        bytes(raw).decode(),
    )


def usual(company: Company, most: int) -> int:
    """Read with the public client, look each customer up and save it; then undo it."""
    client = _public_client(company)
    rows = 0
    while rows < most:
        page = Customer.where(
            EVERYBODY,
            order_by=BY,
            start_position=rows + 1,
            max_results=min(PAGE, most - rows),
            qb=client,
        )
        for customer in page:
            _save(company, customer)
        rows += len(page)
        if not page:
            break
    return rows


def forget_usual(company: Company) -> None:
    """Take the loop's contacts away again."""
    Contact.objects.filter(workspace=company.workspace, job_title=MARK).delete()


def _public_client(company: Company) -> QuickBooks:
    QuickBooks.api_url_v3 = f"{company.books.address}/v3"
    QuickBooks.sandbox_api_url_v3 = f"{company.books.address}/v3"
    auth = AuthClient(
        company.keys["client_id"],
        company.keys["client_secret"],
        "http://127.0.0.1/callback",
        company.keys["discovery_url"],
        access_token=company.keys["access_token"],
    )
    return QuickBooks(
        auth_client=auth, company_id=company.keys["realm_id"], minorversion=75
    )


def _save(company: Company, customer: Any) -> None:
    email = customer.PrimaryEmailAddr.Address if customer.PrimaryEmailAddr else ""
    phone = customer.PrimaryPhone.FreeFormNumber if customer.PrimaryPhone else ""
    now = timezone.now()
    Contact.objects.update_or_create(
        workspace=company.workspace,
        title=f"{customer.DisplayName} {customer.Id}",
        defaults={
            "first_name": customer.GivenName,
            "last_name": customer.FamilyName,
            "email": email,
            "phone": phone,
            "job_title": MARK,
            "created_at": now,
            "updated_at": now,
        },
    )
