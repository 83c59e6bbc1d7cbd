"""A company of the simulator, connected."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from benchmarks.chaos_inside import connect
from benchmarks.outside import Simulator
from counterfoil.events.wake import drains
from counterfoil.sync import plan
from counterfoil.workspaces import people

BATCH = 30


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
