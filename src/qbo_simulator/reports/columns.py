"""The columns a detail report may have, and how each is read from a line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from qbo_simulator.reports.request import invalid
from qbo_simulator.reports.tree import Json, cell, column, money

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from qbo_simulator.reports.books import Account, Named
    from qbo_simulator.reports.request import Request
    from qbo_simulator.reports.transactions import Line, Register

    Reader = Callable[[Line, Register], Json]

NOT_POSTING = ("Estimate", "PurchaseOrder", "TimeActivity", "ReimburseCharge")
"""Transactions that never touch the ledger; a voided one only does no longer."""

NO_DATE = "0-00-00"
"""What a line that is not its transaction's first has for a date."""


@dataclass(frozen=True)
class Column:
    """A column: its key, title, type, and what a line has there.

    `sums` says how the figures of its lines are added up: by `amount`, or not.
    """

    key: str
    title: str
    type: str
    read: Reader
    sums: Callable[[Line], int] | None = None


COLUMNS: dict[str, Column] = {}


def _add(
    keys: str,
    title: str,
    kind: str,
    read: Reader,
    sums: Callable[[Line], int] | None = None,
) -> None:
    for key in keys.split():
        COLUMNS[key] = Column(key, title, kind, read, sums)


def _text(field: str) -> Reader:
    return lambda line, _: cell(str(line.transaction.body.get(field) or ""))


def _ref(field: str) -> Reader:
    def read(line: Line, _: Register) -> Json:
        ref = line.transaction.body.get(field)
        return cell(str(ref.get("name", ref.get("value", ""))) if ref else "")

    return read


def _meta(field: str) -> Reader:
    def read(line: Line, _: Register) -> Json:
        held = line.transaction.body.get("MetaData", {}).get(field, "")
        return cell(str(held))

    return read


def _account(account: Account | None) -> Json:
    if account is None:
        return cell("", "")
    return cell(account.full_name, account.id if account.id > 0 else "")


def _other(line: Line, _: Register) -> Json:
    return cell("-Split-", "") if line.is_split else _account(line.other)


def _named(found: Named | None) -> Json:
    return cell(found.full_name, found.id) if found else cell("", "")


def _name(line: Line, register: Register) -> Json:
    return _named(register.parties.get(line.name or 0)) if line.is_first else NOBODY


NOBODY = cell("", "")


def _party(kind: str) -> Reader:
    def read(line: Line, register: Register) -> Json:
        found = register.parties.get(line.name or 0)
        return _named(found if found and found.kind == kind else None)

    return read


def _type(line: Line, _: Register) -> Json:
    title = line.transaction.title if line.is_first else ""
    return cell(title, line.transaction.id)


def _number(line: Line, _: Register) -> Json:
    return cell(line.transaction.number if line.is_first else "")


def _date(line: Line, _: Register) -> Json:
    on = line.posting.on_date if line.posting else line.transaction.on
    return cell(on if line.is_first else NO_DATE)


def _memo(line: Line, _: Register) -> Json:
    memo = line.posting.memo if line.posting else None
    return cell(str(memo or line.transaction.body.get("PrivateNote") or ""))


def _posts(line: Line, _: Register) -> Json:
    if not line.is_first:
        return cell("")
    return cell("No" if line.transaction.kind in NOT_POSTING else "Yes")


def _thing(table: str, attribute: str) -> Reader:
    def read(line: Line, register: Register) -> Json:
        held = getattr(line.posting, attribute, None)
        return _named(getattr(register, table).get(held or 0))

    return read


def _quantity(line: Line, _: Register) -> Json:
    held = line.posting.quantity if line.posting else None
    return cell("" if held is None else f"{Decimal(held):.2f}")


def _rate(line: Line, _: Register) -> Json:
    held = line.posting.quantity if line.posting else None
    if held is None or not Decimal(held):
        return cell("")
    return cell(f"{abs(Decimal(line.amount) / Decimal(held)) / 100:.2f}")


def _money(read: Callable[[Line], int]) -> Reader:
    return lambda line, _: cell(money(read(line)))


def _side(read: Callable[[Line], int]) -> Reader:
    def side(line: Line, _: Register) -> Json:
        cents = read(line)
        return cell(money(cents) if cents else "")

    return side


def amount(line: Line) -> int:
    """The amount of a line."""
    return line.amount


def debit(line: Line) -> int:
    """What a line debits."""
    return max(line.debit, 0)


def credit(line: Line) -> int:
    """What a line credits."""
    return max(-line.debit, 0)


def _open(line: Line) -> int:
    return line.open


def _past_due(line: Line, _: Register) -> Json:
    due = date.fromisoformat(line.transaction.due)
    return cell(str((date.fromisoformat(line.transaction.on) - due).days))


def _is_paid(line: Line, _: Register) -> Json:
    balance = line.transaction.body.get("Balance")
    return cell("" if balance is None else "Unpaid" if balance else "Paid")


_add("tx_date", "Date", "Date", _date)
_add("txn_type", "Transaction Type", "String", _type)
_add("doc_num", "Num", "String", _number)
_add("is_no_post", "Posting", "Boolean", _posts)
_add("name", "Name", "String", _name)
_add("cust_name", "Customer", "String", _party("Customer"))
_add("vend_name", "Vendor", "String", _party("Vendor"))
_add("emp_name", "Employee", "String", _party("Employee"))
_add("dept_name", "Location", "String", _thing("departments", "department"))
_add("klass_name", "Class", "String", _thing("classes", "tracking_class"))
_add("item_name", "Product/Service", "String", _thing("items", "item"))
_add("memo", "Memo/Description", "String", _memo)
_add("due_date", "Due Date", "Date", lambda line, _: cell(line.transaction.due))
_add("past_due", "Past Due", "Number", _past_due)
_add("is_ar_paid", "A/R Paid", "String", _is_paid)
_add("is_ap_paid", "A/P Paid", "String", _is_paid)
_add("is_adj", "Adj", "Boolean", lambda _, __: cell("No"))
_add("is_cleared", "Clr", "String", lambda _, __: cell(""))
_add("create_date", "Create Date", "Date", _meta("CreateTime"))
_add("last_mod_date", "Last Modified", "Date", _meta("LastUpdatedTime"))
_add("create_by", "Created By", "String", lambda _, __: cell(""))
_add("last_mod_by", "Last Modified By", "String", lambda _, __: cell(""))
_add("pmt_mthd", "Payment Method", "String", _ref("PaymentMethodRef"))
_add("term_name", "Terms", "String", _ref("SalesTermRef"))
_add("ship_via", "Ship Via", "String", _ref("ShipMethodRef"))
_add("tracking_num", "Tracking #", "String", _text("TrackingNum"))
_add("cust_msg", "Message", "String", _ref("CustomerMemo"))
_add("currency", "Currency", "String", _ref("CurrencyRef"))
_add("exch_rate", "Exchange Rate", "Number", _text("ExchangeRate"))
_add("quantity", "Qty", "Number", _quantity)
_add("rate", "Rate", "Money", _rate)
_add("account_name", "Account", "String", lambda line, _: _account(line.account))
_add("split_acc other_account", "Split", "String", _other)
_add("debt_amt debt_home_amt", "Debit", "Money", _side(debit), debit)
_add("credit_amt credit_home_amt", "Credit", "Money", _side(credit), credit)
_add(
    "subt_nat_amount subt_nat_home_amount subt_nat_amount_nt subt_nat_amount_home_nt"
    " nat_amount subt_amount subt_home_amount home_amount amount",
    "Amount",
    "Money",
    _money(amount),
    amount,
)
_add(
    "subt_open_bal nat_open_bal nat_home_open_bal subt_home_open_bal home_open_bal",
    "Open Balance",
    "Money",
    _money(_open),
    _open,
)
_add(
    "rbal_nat_amount rbal_nat_home_amount rbal_nat_amount_nt rbal_amount"
    " rbal_open_bal rbal_home_amount",
    "Balance",
    "Money",
    _money(lambda line: line.balance),
)


def choose(request: Request, usual: str, multicurrency: str = "") -> list[Column]:
    """The columns asked for, in the report's own order; 2170 for one there is not."""
    default = (multicurrency or usual).split()
    wanted = request.list_of("columns")
    for key in wanted:
        if key not in COLUMNS:
            raise invalid("columns")
    if not wanted:
        return [COLUMNS[key] for key in default]
    order = [*COLUMNS]
    return sorted(
        (COLUMNS[key] for key in wanted), key=lambda each: order.index(each.key)
    )


def heads(columns: Sequence[Column], style: str) -> list[Json]:
    """What stands above them: in the `keyed` style of later versions, or as before.

    Before, a column's type was its key; a few reports had the key without a type.
    """
    if style == "keyed":
        return [column(each.title, each.type, each.key) for each in columns]
    if style == "bare":
        return [
            {
                k: v
                for k, v in column(each.title, "", each.key).items()
                if k != "ColType"
            }
            for each in columns
        ]
    return [column(each.title, each.key) for each in columns]


def cells(line: Line, columns: Sequence[Column], register: Register) -> list[Json]:
    """A line's cells."""
    return [each.read(line, register) for each in columns]


def summary(title: str, lines: Sequence[Line], columns: Sequence[Column]) -> list[Json]:
    """The sum below some lines, in the columns that add up."""
    found = [
        cell(money(sum(each.sums(line) for line in lines)) if each.sums else "")
        for each in columns
    ]
    found[0] = cell(title)
    return found


def blank(title: str, columns: Sequence[Column], id: int | None = None) -> list[Json]:  # noqa: A002
    """A title, and nothing in the other columns."""
    return [cell(title, id), *[cell("") for _ in columns[1:]]]
