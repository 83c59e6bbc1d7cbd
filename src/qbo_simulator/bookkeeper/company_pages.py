"""The company's own pages: overview, ledger, outbox, connections and settings."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from starlette.responses import Response

from qbo_simulator.bookkeeper.desk import Visit, back_to
from qbo_simulator.bookkeeper.reading import (
    Body,
    UnreadableError,
    as_number,
    date_in,
    problem_of,
    stage_of,
)
from qbo_simulator.faults import Fault
from qbo_simulator.oauth_tokens import Authority

if TYPE_CHECKING:
    from qbo_simulator.bookkeeper.desk import Desk, Room

MOST_GRANTS = 20
SWITCHES = (
    (
        "custom_numbers",
        "SalesFormsPrefs",
        "CustomTxnNumbers",
        "Custom transaction numbers",
        "Whoever creates a form gives its number; QuickBooks numbers nothing itself.",
    ),
    (
        "discount",
        "SalesFormsPrefs",
        "AllowDiscount",
        "Discounts",
        "Forms may carry a discount line.",
    ),
    (
        "deposit",
        "SalesFormsPrefs",
        "AllowDeposit",
        "Deposits",
        "Invoices may carry a deposit.",
    ),
)


def balance_rows(room: Room) -> list[tuple[Body, Decimal]]:
    """List the accounts that have a balance, debits positive, in the chart's order."""
    balances = room.company.trial_balance()
    accounts = room.rows("Account", "where Active in (true, false) maxresults 1000")
    rows = [
        (account, balances[int(account["Id"])])
        for account in accounts
        if balances.get(int(account["Id"]))
    ]
    order = ["Asset", "Liability", "Equity", "Revenue", "Expense"]
    return sorted(
        rows,
        key=lambda row: (
            order.index(row[0].get("Classification", "Expense")),
            row[0]["Name"],
        ),
    )


class CompanyPages:
    """Views about the company as a whole."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def overview(self, visit: Visit) -> Response:
        """Show what is owed, what is overdue, and the latest forms."""
        room = visit.room
        overdue = f"where Balance > '0' and DueDate < '{room.today.isoformat()}'"
        late = room.rows("Invoice", f"{overdue} maxresults 1000")
        open_ones = room.rows("Invoice", "where Balance > '0' maxresults 1000")
        latest = room.rows("Invoice", "orderby MetaData.CreateTime desc maxresults 8")
        return visit.show(
            "overview.html",
            "",
            owed=sum((as_number(row["Balance"]) for row in open_ones), Decimal(0)),
            owed_count=len(open_ones),
            late=sum((as_number(row["Balance"]) for row in late), Decimal(0)),
            late_count=len(late),
            customers=room.count("Customer"),
            difference=sum(room.company.trial_balance().values(), Decimal(0)),
            latest=[(row, stage_of(row, room.today)) for row in latest],
            payments=room.rows(
                "Payment", "orderby MetaData.CreateTime desc maxresults 6"
            ),
        )

    def ledger(self, visit: Visit) -> Response:
        """Show the trial balance and the latest entries."""
        rows = balance_rows(visit.room)
        return visit.show(
            "ledger.html",
            "ledger",
            rows=rows,
            debits=sum((amount for _, amount in rows if amount > 0), Decimal(0)),
            credits=-sum((amount for _, amount in rows if amount < 0), Decimal(0)),
            entries=visit.room.company.ledger_of()[:50],
        )

    def outbox(self, visit: Visit) -> Response:
        """Show the e-mails that QuickBooks would have sent."""
        with self._desk.state.store.read() as db:
            rows = db.execute(
                "SELECT * FROM mail WHERE realm = ? ORDER BY seq DESC LIMIT 200",
                (visit.room.realm,),
            ).fetchall()
        mails = [
            {**dict(row), "at": datetime.fromtimestamp(row["at"], UTC)} for row in rows
        ]
        return visit.show("outbox.html", "outbox", mails=mails)

    def connections(self, visit: Visit) -> Response:
        """Show which applications are connected."""
        authority = Authority(self._desk.state.store)
        grants = authority.grants(visit.room.realm)
        return visit.show(
            "connections.html",
            "connections",
            grants=grants[:MOST_GRANTS],
            further=max(0, len(grants) - MOST_GRANTS),
            app=authority.app(),
        )

    def disconnect(self, visit: Visit) -> Response:
        """Disconnect every application, as the company's administrator can."""
        authority = Authority(self._desk.state.store)
        authority.revoke_realm(realm=visit.room.realm, now=visit.room.now)
        return back_to(visit.room.path("connections"), "disconnected")

    def settings(self, visit: Visit, error: Exception | None = None) -> Response:
        """Show the preferences that matter to an integration."""
        preferences = visit.room.read("Preferences", "1")
        switches = [
            (name, label, meaning, bool(preferences.get(group, {}).get(key)))
            for name, group, key, label, meaning in SWITCHES
        ]
        accounting = preferences.get("AccountingInfoPrefs", {})
        return visit.show(
            "settings.html",
            "settings",
            problem=problem_of(error) if error else None,
            switches=switches,
            closed_until=str(accounting.get("BookCloseDate", "")),
            preferences=preferences,
        )

    def save_settings(self, visit: Visit) -> Response:
        """Save the preferences."""
        room = visit.room
        current = room.read("Preferences", "1")
        body: Body = {"Id": "1", "SyncToken": current["SyncToken"], "sparse": True}
        try:
            closed = date_in(visit.typed("closed_until"), label="The closing date")
            groups: dict[str, Body] = {
                "AccountingInfoPrefs": {"BookCloseDate": closed or ""}
            }
            for name, group, key, _label, _meaning in SWITCHES:
                groups.setdefault(group, {})[key] = visit.typed(name) == "1"
            room.company.update("Preferences", {**body, **groups}, now=room.now)
        except (Fault, UnreadableError) as error:
            return self.settings(visit, error)
        return back_to(room.path("settings"), "saved")
