"""The company's own pages: overview, ledger, outbox, connections and settings."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from starlette.responses import (
    JSONResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)

from qbo_simulator.api.attachments import Attachments
from qbo_simulator.bookkeeper.desk import GoneError, Visit, back_to
from qbo_simulator.bookkeeper.papers import BY_ENTITY
from qbo_simulator.bookkeeper.reading import Body, owed_at_home, stage_of
from qbo_simulator.oauth.tokens import Authority
from qbo_simulator.printing import mailing
from qbo_simulator.storage import export

if TYPE_CHECKING:
    from qbo_simulator.bookkeeper.desk import Desk, Room

MOST_GRANTS = 20
CHOSEN_FROM = (
    "Customer",
    "Vendor",
    "Employee",
    "Item",
    "Account",
    "Class",
    "Department",
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
            owed=owed_at_home(open_ones),
            owed_count=len(open_ones),
            late=owed_at_home(late),
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
        room = visit.room
        with self._desk.state.store.read() as db:
            mails = mailing.outbox(db, room.realm)
        shown = [
            {
                **mail,
                "at": datetime.fromtimestamp(mail["at"], UTC),
                "paper": BY_ENTITY.get(mail["entity"]),
            }
            for mail in mails
        ]
        return visit.show("outbox.html", "outbox", mails=shown)

    def enclosed(self, visit: Visit) -> Response:
        """Answer the PDF that went with an e-mail."""
        with self._desk.state.store.read() as db:
            page = mailing.attachment(db, visit.room.realm, int(visit.number))
        if page is None:
            raise GoneError(f"There is no PDF with e-mail {visit.number} here.")
        return Response(page, media_type="application/pdf")

    def file(self, visit: Visit) -> Response:
        """Lead to the content of an attachment, as QuickBooks signs addresses of it."""
        room = visit.room
        number = int(room.read("Attachable", visit.number)["Id"])
        files = Attachments(self._desk.state.store)
        address = files.link(room.realm, number, root="", now=room.now)
        if address is None:
            raise GoneError(f"There is no file with attachment {number} here.")
        return RedirectResponse(address, 303)

    def names(self, visit: Visit) -> Response:
        """List the names a chooser offers for what is being typed, as JSON."""
        room = visit.room
        kinds = [
            entity
            for entity in visit.asked("kind").split(",")
            if entity.title() in CHOSEN_FROM
        ]
        found: list[str] = []
        for entity in map(str.title, kinds):
            found += room.names_like(entity, visit.asked("q"))
        return JSONResponse(found, headers={"cache-control": "no-store"})

    def export(self, visit: Visit) -> Response:
        """Give the company out as JSON lines, as the command line does."""
        realm = visit.room.realm
        disposition = f'attachment; filename="company-{realm}.jsonl"'
        return StreamingResponse(
            export.lines_of(self._desk.state.store, realm),
            media_type="application/jsonl",
            headers={"content-disposition": disposition, "cache-control": "no-store"},
        )

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
