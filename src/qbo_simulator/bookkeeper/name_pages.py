"""The pages of customers and of products and services."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from starlette.responses import Response

from qbo_simulator.bookkeeper.desk import Room, Visit, back_to
from qbo_simulator.bookkeeper.reading import (
    Body,
    UnreadableError,
    amount_in,
    problem_of,
    quoted,
    stage_of,
)
from qbo_simulator.faults import Fault

if TYPE_CHECKING:
    from qbo_simulator.bookkeeper.desk import Desk

REFUSALS = (Fault, UnreadableError)


def list_conditions(name: str, search: str, *, inactive: bool) -> str:
    """Write the where clause of a list of names."""
    parts = []
    if search:
        parts.append(f"{name} like {quoted(f'%{search}%')}")
    if inactive:
        parts.append("Active = false")
    return f"where {' and '.join(parts)}" if parts else ""


def set_active(room: Room, entity: str, number: str, *, active: bool) -> None:
    """Activate or deactivate a name; raises Fault."""
    current = room.read(entity, number)
    head = {"Id": number, "SyncToken": current["SyncToken"], "sparse": True}
    body: Body = {**head, "Active": active}
    if entity == "Item":
        body["Name"] = current["Name"]
    room.company.update(entity, body, now=room.now)


class CustomerPages:
    """Views about customers."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def index(self, visit: Visit) -> Response:
        """List customers by name."""
        search, inactive = visit.asked("q"), visit.asked("inactive") == "1"
        where = list_conditions("FullyQualifiedName", search, inactive=inactive)
        rows, total = visit.room.listed(
            "Customer", f"{where} orderby FullyQualifiedName", visit.page_number
        )
        return visit.show(
            "customers.html",
            "customers",
            rows=rows,
            total=total,
            number=visit.page_number,
            search=search,
            inactive=inactive,
        )

    def show(self, visit: Visit, error: Exception | None = None) -> Response:
        """Show one customer, what they owe, and the form to change them."""
        room = visit.room
        customer = room.read("Customer", visit.number)
        where = f"where CustomerRef = {quoted(visit.number)} orderby TxnDate desc"
        return visit.show(
            "customer.html",
            "customers",
            problem=problem_of(error) if error else None,
            customer=customer,
            invoices=[
                (row, stage_of(row, room.today))
                for row in room.rows("Invoice", f"{where} maxresults 50")
            ],
            payments=room.rows("Payment", f"{where} maxresults 50"),
            others=room.rows("Customer", "maxresults 300"),
            typed=self._typed(visit, customer),
        )

    def _typed(self, visit: Visit, customer: Body) -> dict[str, str]:
        if visit.form:
            return {name: values[-1] for name, values in visit.form.items()}
        address = customer.get("BillAddr", {})
        return {
            "display_name": customer.get("DisplayName", ""),
            "company_name": customer.get("CompanyName", ""),
            "email": customer.get("PrimaryEmailAddr", {}).get("Address", ""),
            "phone": customer.get("PrimaryPhone", {}).get("FreeFormNumber", ""),
            "street": address.get("Line1", ""),
            "city": address.get("City", ""),
            "region": address.get("CountrySubDivisionCode", ""),
            "postal_code": address.get("PostalCode", ""),
            "notes": customer.get("Notes", ""),
        }

    def new(self, visit: Visit, error: Exception | None = None) -> Response:
        """Show the form for a new customer."""
        return visit.show(
            "customer_new.html",
            "customers",
            problem=problem_of(error) if error else None,
            typed={name: values[-1] for name, values in visit.form.items()},
        )

    def create(self, visit: Visit) -> Response:
        """Create the customer that was typed."""
        room = visit.room
        body = {name: value for name, value in customer_body(visit).items() if value}
        try:
            kept = room.company.create("Customer", body, now=room.now)
        except REFUSALS as error:
            return self.new(visit, error)
        return back_to(room.path("customers", kept["Id"]), "created")

    def save(self, visit: Visit) -> Response:
        """Save the customer that was edited."""
        room = visit.room
        current = room.read("Customer", visit.number)
        head = {"Id": visit.number, "SyncToken": current["SyncToken"], "sparse": True}
        try:
            room.company.update(
                "Customer", {**customer_body(visit), **head}, now=room.now
            )
        except REFUSALS as error:
            return self.show(visit, error)
        return back_to(room.path("customers", visit.number), "saved")

    def activity(self, visit: Visit) -> Response:
        """Activate or deactivate a customer."""
        active = visit.typed("active") == "1"
        try:
            set_active(visit.room, "Customer", visit.number, active=active)
        except REFUSALS as error:
            return self.show(visit, error)
        done = "active" if active else "inactive"
        return back_to(visit.room.path("customers", visit.number), done)

    def merge(self, visit: Visit) -> Response:
        """Merge this customer into another one."""
        room = visit.room
        try:
            winner = room.named("Customer", visit.typed("winner"))
            if winner is None or winner == visit.number:
                raise UnreadableError("Choose another active customer to merge into.")
            room.company.merge("Customer", visit.number, winner, now=room.now)
        except REFUSALS as error:
            return self.show(visit, error)
        return back_to(room.path("customers", winner), "merged")


def customer_body(visit: Visit) -> Body:
    """Write what was typed as a body of the API; an emptied field is sent empty."""
    address = {
        "Line1": visit.typed("street"),
        "City": visit.typed("city"),
        "CountrySubDivisionCode": visit.typed("region"),
        "PostalCode": visit.typed("postal_code"),
    }
    kept = {name: value for name, value in address.items() if value}
    email, phone = visit.typed("email"), visit.typed("phone")
    return {
        "DisplayName": visit.typed("display_name"),
        "CompanyName": visit.typed("company_name"),
        "PrimaryEmailAddr": {"Address": email} if email else {},
        "PrimaryPhone": {"FreeFormNumber": phone} if phone else {},
        "BillAddr": kept,
        "Notes": visit.typed("notes"),
    }


class ItemPages:
    """Views about products and services."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def index(self, visit: Visit, error: Exception | None = None) -> Response:
        """List products and services by name, with the form for a new one."""
        room = visit.room
        search, inactive = visit.asked("q"), visit.asked("inactive") == "1"
        where = list_conditions("Name", search, inactive=inactive)
        rows, total = room.listed("Item", f"{where} orderby Name", visit.page_number)
        return visit.show(
            "items.html",
            "items",
            problem=problem_of(error) if error else None,
            rows=rows,
            total=total,
            number=visit.page_number,
            search=search,
            inactive=inactive,
            accounts=room.rows("Account", "where AccountType = 'Income'"),
            typed={name: values[-1] for name, values in visit.form.items()},
        )

    def create(self, visit: Visit) -> Response:
        """Create the service that was typed."""
        room = visit.room
        try:
            rate = amount_in(visit.typed("rate"), label="The rate")
            body: Body = {
                "Name": visit.typed("name"),
                "Type": "Service",
                "UnitPrice": Decimal(0) if rate is None else rate,
                "Taxable": visit.typed("taxable") == "1",
                "IncomeAccountRef": {"value": visit.typed("account")},
            }
            if visit.typed("description"):
                body["Description"] = visit.typed("description")
            room.company.create("Item", body, now=room.now)
        except REFUSALS as error:
            return self.index(visit, error)
        return back_to(room.path("items"), "created")

    def activity(self, visit: Visit) -> Response:
        """Activate or deactivate a product or service."""
        active = visit.typed("active") == "1"
        try:
            set_active(visit.room, "Item", visit.number, active=active)
        except REFUSALS as error:
            return self.index(visit, error)
        done = "active" if active else "inactive"
        return back_to(visit.room.path("items"), done)
