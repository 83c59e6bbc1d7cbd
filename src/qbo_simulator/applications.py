"""Which payment pays how much of which invoice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qbo_simulator.wire import as_decimal, from_cents, money, to_cents

if TYPE_CHECKING:
    from decimal import Decimal

    from qbo_simulator.kinds.base import Body
    from qbo_simulator.work import Work


def applied(work: Work, kind: str, txn: int, *, besides: int = 0) -> int:
    """The cents applied to a transaction, not counting one payment's own."""
    row = work.db.execute(
        "SELECT COALESCE(SUM(cents), 0) FROM application "
        "WHERE realm = ? AND kind = ? AND txn = ? AND payment <> ?",
        (work.realm, kind, txn, besides),
    ).fetchone()
    return int(row[0])


def of_invoice(work: Work, invoice: int) -> list[tuple[int, int]]:
    """`(payment, cents)` of an invoice, newest payment first."""
    rows = work.db.execute(
        "SELECT payment, SUM(cents) FROM application WHERE realm = ? "
        "AND kind = 'Invoice' AND txn = ? GROUP BY payment ORDER BY payment DESC",
        (work.realm, invoice),
    )
    return [(int(payment), int(cents)) for payment, cents in rows]


def of_payment(work: Work, payment: int) -> list[tuple[str, int, int]]:
    """`(kind, transaction, cents)` of a payment, in the order of its lines."""
    rows = work.db.execute(
        "SELECT kind, txn, cents FROM application WHERE realm = ? AND payment = ? "
        "ORDER BY position",
        (work.realm, payment),
    )
    return [(str(kind), int(txn), int(cents)) for kind, txn, cents in rows]


def replace(work: Work, payment: int, rows: list[tuple[str, int, int]]) -> None:
    """Make these the applications of a payment."""
    work.db.execute(
        "DELETE FROM application WHERE realm = ? AND payment = ?",
        (work.realm, payment),
    )
    work.db.executemany(
        "INSERT INTO application (realm, payment, position, kind, txn, cents) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        [
            (work.realm, payment, position, kind, txn, cents)
            for position, (kind, txn, cents) in enumerate(rows)
        ],
    )


def trim(work: Work, invoice: int, most: int) -> None:
    """Take back what is applied beyond `most` cents, from the newest payment first."""
    over = sum(cents for _, cents in of_invoice(work, invoice)) - most
    for payment, _ in of_invoice(work, invoice):
        if over <= 0:
            return
        kept = []
        for kind, txn, cents in of_payment(work, payment):
            taken = min(over, cents) if (kind, txn) == ("Invoice", invoice) else 0
            over -= taken
            if cents > taken:
                kept.append((kind, txn, cents - taken))
        replace(work, payment, kept)
        show_payment(work, payment)


def release(work: Work, invoice: int) -> None:
    """Take back everything applied to an invoice."""
    trim(work, invoice, 0)


def show_payment(work: Work, payment: int) -> None:
    """Make a payment show its lines and what is unapplied after others changed them."""
    body = work.fetch("Payment", payment)
    if body is None:
        return
    body.update(payment_lines(work, payment, as_decimal(body["TotalAmt"])))
    work.rewrite("Payment", body, bump=True)
    work.tell("Payment", body["Id"], "Update")
    work.repost("Payment", body)


def payment_lines(work: Work, payment: int, total: Decimal) -> Body:
    """Line and UnappliedAmt as a payment serves them."""
    rows = of_payment(work, payment)
    lines: list[Body] = []
    for kind, txn, cents in rows:
        paid = work.fetch(kind, txn) or {}
        whole = to_cents(as_decimal(paid.get("TotalAmt")))
        others = applied(work, kind, txn, besides=payment)
        pairs = {
            "txnId": str(txn),
            "txnOpenBalance": f"{from_cents(whole - others):.2f}",
            "txnReferenceNumber": str(paid.get("DocNumber", "")),
        }
        lines.append(
            {
                "Amount": money(from_cents(cents)),
                "LinkedTxn": [{"TxnId": str(txn), "TxnType": kind}],
                "LineEx": {"any": [_name_value(*pair) for pair in pairs.items()]},
            }
        )
    spent = from_cents(sum(cents for _, _, cents in rows))
    return {"UnappliedAmt": money(total - spent), "Line": lines}


def _name_value(name: str, value: str) -> dict[str, Any]:
    return {
        "name": "{http://schema.intuit.com/finance/v3}NameValue",
        "declaredType": "com.intuit.schema.finance.v3.NameValue",
        "scope": "javax.xml.bind.JAXBElement$GlobalScope",
        "value": {"Name": name, "Value": value},
        "nil": False,
        "globalScope": True,
        "typeSubstituted": False,
    }
