"""Journal entries: debits and credits as an accountant writes them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from qbo_simulator import faults
from qbo_simulator.books import applications, ledger
from qbo_simulator.books.account_types import OWED_BY, PAYABLE, RECEIVABLE
from qbo_simulator.books.closing import check_books_open
from qbo_simulator.books.fields import (
    Amount,
    Choice,
    Day,
    Field,
    Flag,
    Lines,
    Number,
    Record,
    Ref,
    Text,
    Type,
    Whole,
    both,
)
from qbo_simulator.books.kind import Body, Draft, Transaction, number_of, words
from qbo_simulator.faults import Fault
from qbo_simulator.forms import clearing, payables, settling
from qbo_simulator.forms.documents import (
    TRANSACTION,
    check_currency,
    check_private_note,
)
from qbo_simulator.forms.line_references import (
    PARTIES,
    References,
    clean_part,
    in_order,
    negative_amount,
    number_lines,
)
from qbo_simulator.taxes import purchases as purchase_tax
from qbo_simulator.wire import as_decimal, to_cents

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qbo_simulator.books.work import Work

LINE: Mapping[str, Type] = {
    "Id": Text(20),
    "LineNum": Whole(0, 10_000),
    "Description": Text(4000),
    "Amount": Amount(),
    "LinkedTxn": Type(),
    "DetailType": Choice(("JournalEntryLineDetail", "DescriptionOnly")),
    "JournalEntryLineDetail": Record(),
    "DescriptionLineDetail": Record(),
    "ProjectRef": Ref(),
    "CustomField": Type(),
    "CustomExtensions": Type(),
    "LineEx": Type(),
}
DETAIL: Mapping[str, Type] = {
    "PostingType": Choice(("Debit", "Credit")),
    "Entity": Record(),
    "AccountRef": Ref(),
    "ClassRef": Ref(),
    "DepartmentRef": Ref(),
    "TaxCodeRef": Ref(named=False),
    "TaxRateRef": Ref(named=False),
    "TaxApplicableOn": Choice(("Sales", "Purchase")),
    "TaxAmount": Amount(),
    "TaxInclusiveAmt": Amount(),
    "BillableStatus": Choice(("Billable", "NotBillable", "HasBeenBilled")),
    "JournalCodeRef": Type(),
}
LINE_ORDER = (
    "Id",
    "Description",
    "Amount",
    "DetailType",
    "JournalEntryLineDetail",
    "DescriptionLineDetail",
    "ProjectRef",
)
DETAIL_ORDER = tuple(name for name in DETAIL if name != "JournalCodeRef")
ENTITY: Mapping[str, Type] = {"Type": Text(30), "EntityRef": Ref()}
MOST_LINES = 10_000


class JournalEntry(Transaction):
    """Debits and credits that balance."""

    entity = "JournalEntry"
    list_name = "JournalEntry"
    operations = frozenset({"create", "update", "delete"})
    head = (Field("Adjustment", Flag()),)
    tail = (
        both("DocNumber", Text(21), column="doc_number"),
        both("TxnDate", Day(), column="txn_date"),
        Field("CurrencyRef", Ref(), keep=True),
        Field("ExchangeRate", Number(), keep=True),
        Field("PrivateNote", Text(4000)),
        Field("LinkedTxn", Lines(), read_only=True),
        Field("Line", Lines()),
        Field("TxnTaxDetail", Record(), keep=True),
        Field(
            "GlobalTaxCalculation",
            Choice(("TaxExcluded", "TaxInclusive", "NotApplicable")),
        ),
        Field("RecurDataRef", Ref(), read_only=True),
    )
    tolerated = TRANSACTION | words("""CustomField DepartmentRef TotalAmt HomeTotalAmt ProjectRef
        HomeCurrencyAdjustment EnteredInHomeCurrency JournalEntryEx""")

    def prepare(self, work: Work, draft: Draft) -> None:
        new = draft.new
        if not new.get("Line"):
            raise faults.required("Line")
        if len(new["Line"]) > MOST_LINES:
            raise faults.business(f"At most {MOST_LINES} lines are allowed.", "Line")
        new.setdefault("Adjustment", False)
        _check_currency(work, draft)
        check_private_note(draft)
        new.setdefault("TxnDate", work.today)
        check_books_open(work, new["TxnDate"], (draft.old or {}).get("TxnDate"))
        _read_lines(work, draft)
        _check_number(work, draft)
        _trim(work, draft)
        new["Id"] = str(draft.id)
        self.show_links(work, new)

    def show_links(self, work: Work, body: Body) -> None:
        links = applications.links_to(work, self.entity, int(body["Id"]))
        shown = [{"TxnId": str(link.txn), "TxnType": link.kind} for link in links]
        if shown or "LinkedTxn" in body:
            body["LinkedTxn"] = shown

    def entries(self, work: Work, body: Body) -> list[ledger.Entry]:
        return entries(work, body)

    def settle(self, work: Work, draft: Draft) -> None:
        work.post(self, draft, self.entries(work, draft.new))
        if draft.old is not None:
            clearing.repost_payments(work, self.entity, draft.id)

    def withdraw(self, work: Work, draft: Draft) -> None:
        check_books_open(work, (draft.old or {})["TxnDate"])
        if applications.applied(work, self.entity, draft.id):
            raise faults.business(
                "This transaction is linked to others. Unlink them before deleting it."
            )
        work.post(self, draft, [])


def _check_currency(work: Work, draft: Draft) -> None:
    wanted = draft.new.get("CurrencyRef", {}).get("value", work.home_currency)
    check_currency(work, draft, {"CurrencyRef": {"value": wanted}})


def _read_lines(work: Work, draft: Draft) -> None:
    new = draft.new
    references = References(work, draft.old)
    lines = [_line(work, references, raw, new) for raw in new["Line"]]
    posted = [line for line in lines if "JournalEntryLineDetail" in line]
    if not posted:
        raise Fault(2250, "Missing lines", "You must enter at least one split line.")
    purchase_tax.assess_journal(work, draft, posted)
    tax = purchase_tax.journal_postings(work, posted)
    if sum(signed(line) for line in posted) + to_cents(sum(tax.values(), Decimal(0))):
        raise Fault(
            2300,
            "Amount on debits not equal to credits",
            "Please balance your debits and credits.",
        )
    number_lines(lines, (draft.old or {}).get("Line"), first=0)
    new["Line"] = [in_order(line, LINE_ORDER) for line in lines]


def _line(work: Work, references: References, raw: Body, new: Body) -> Body:
    line = clean_part(raw, LINE, "Line")
    if "DetailType" not in line:
        raise faults.required("DetailType")
    if line["DetailType"] == "DescriptionOnly":
        line.pop("Amount", None)
        line.setdefault("DescriptionLineDetail", {})
        line.pop("JournalEntryLineDetail", None)
        return line
    if "Amount" not in line:
        raise faults.required("Amount")
    if as_decimal(line["Amount"]) < 0:
        raise negative_amount()
    raw_detail = line.get("JournalEntryLineDetail") or {}
    detail = clean_part(raw_detail, DETAIL, "JournalEntryLineDetail")
    if "PostingType" not in detail:
        raise Fault(
            2260,
            "MissingPostingType",
            "A posting type is required. Valid values are Credit or Debit.",
            "PostingType",
        )
    account = references.account(detail, work.currency_of(new))
    entity, party = _entity(references, detail)
    references.check_party(account, entity, party)
    references.dimensions(detail)
    _check_tax(references, detail)
    _check_billable(detail, entity)
    line.pop("DescriptionLineDetail", None)
    line["JournalEntryLineDetail"] = in_order(detail, DETAIL_ORDER)
    return line


def _entity(references: References, detail: Body) -> tuple[str | None, Body]:
    held = clean_part(detail.get("Entity", {}), ENTITY, "EntityTypeRef")
    if "EntityRef" not in held:
        detail.pop("Entity", None)
        return None, {}
    entity = held.get("Type", "Customer").capitalize()
    if entity not in PARTIES:
        raise Fault(
            2170,
            "Invalid Enumeration",
            "Property : Type has invalid enumeration value",
            "Type",
        )
    party = references.find(entity, held["EntityRef"], "EntityRef")
    name = references.work.kinds[entity].label(party)
    detail["Entity"] = {
        "Type": entity,
        "EntityRef": {"value": party["Id"], "name": name},
    }
    return entity, party


def _check_tax(references: References, detail: Body) -> None:
    """A line with a tax code says which tax is meant, and how much; not so in the US."""
    if "TaxCodeRef" not in detail or references.work.country == "US":
        detail.pop("TaxCodeRef", None)
        for name in ("TaxApplicableOn", "TaxAmount", "TaxInclusiveAmt", "TaxRateRef"):
            detail.pop(name, None)
        return
    code = references.find("TaxCode", detail["TaxCodeRef"], "TaxCodeRef")
    detail["TaxCodeRef"] = {"value": code["Id"]}
    if "TaxApplicableOn" not in detail:
        raise Fault(
            2270,
            "MissingTaxApplicableOn",
            "The TaxApplicableOn entity is required.",
            "TaxApplicableOn",
        )
    if "TaxAmount" not in detail:
        raise Fault(
            2280,
            "MissingTaxAmount",
            "A tax amount is required with TaxCodeRef applied.",
            "TaxAmount",
        )
    if as_decimal(detail["TaxAmount"]) < 0:
        raise negative_amount()


def _check_billable(detail: Body, entity: str | None) -> None:
    if detail.get("BillableStatus") == "HasBeenBilled":
        raise Fault(
            6320,
            "InvalidBillable",
            "Invalid billable status: HasBeenBilled",
            "BillableStatus",
        )
    if detail.get("BillableStatus") == "Billable" and entity != "Customer":
        raise Fault(
            6310,
            "MissingCustomer",
            "A customer is required if the transaction is billable.",
            "Entity",
        )


def _check_number(work: Work, draft: Draft) -> None:
    """6140 for a number in use, if the company warns of duplicates."""
    number = draft.new.get("DocNumber")
    pairs = work.preference("OtherPrefs", "NameValue", [])
    warns = {"Name": "WarnDuplicateJournalNumber", "Value": "true"} in pairs
    bypassed = "allowduplicatedocnum" in draft.options
    if not number or not warns or bypassed or not draft.changed("DocNumber"):
        return
    row = work.db.execute(
        "SELECT id FROM entity WHERE realm = ? AND kind = 'JournalEntry' "
        "AND doc_number = ? AND deleted = 0 AND id <> ?",
        (work.realm, number, draft.id),
    ).fetchone()
    if row is not None:
        raise faults.duplicate_number(number, "JournalEntry", row["id"])


def _trim(work: Work, draft: Draft) -> None:
    """Take back what has been paid beyond what the journal now says is owed."""
    if draft.old is None or not applications.applied(work, "JournalEntry", draft.id):
        return
    before, after = _owed(work, draft.old), _owed(work, draft.new)
    if before == after:
        return
    same = before.keys() == after.keys() and all(
        (before[key] > 0) == (after[key] > 0) for key in before
    )
    links = applications.links_to(work, "JournalEntry", draft.id)
    for source, type_, loosen in (
        ("Payment", RECEIVABLE, settling.loosen),
        ("BillPayment", PAYABLE, payables.loosen),
    ):
        open_items = [
            abs(cents)
            for (account, _), cents in after.items()
            if (work.fetch("Account", account) or {})["AccountType"] == type_
        ]
        others = sum(
            link.cents
            for link in links
            if link.kind in applications.SETTLING and link.kind != source
        )
        loosen(
            work,
            "JournalEntry",
            draft.id,
            (sum(open_items) if same else 0) + others,
        )


def _owed(work: Work, body: Body) -> dict[tuple[int, int], int]:
    """What a journal entry says is owed, by account and party."""
    found: dict[tuple[int, int], int] = {}
    for entry in entries(work, body):
        if entry.party is not None:
            key = (entry.account, entry.party)
            found[key] = found.get(key, 0) + entry.cents
    return {key: cents for key, cents in found.items() if cents}


def signed(line: Body) -> int:
    """The cents of a line: a debit positive."""
    cents = to_cents(as_decimal(line["Amount"]))
    return cents if _is_debit(line) else -cents


def _is_debit(line: Body) -> bool:
    return bool(line["JournalEntryLineDetail"]["PostingType"] == "Debit")


def entries(work: Work, body: Body) -> list[ledger.Entry]:
    """What a journal entry posts: its lines, and the tax on them."""
    currency = work.currency_of(body)
    found = []
    for line in body["Line"]:
        detail = line.get("JournalEntryLineDetail")
        if detail is None:
            continue
        account = number_of(detail["AccountRef"]) or 0
        kept = work.fetch("Account", account) or {}
        entity = detail.get("Entity", {})
        owing = kept["AccountType"] in OWED_BY
        found.append(
            ledger.Entry(
                account,
                signed(line),
                currency,
                number_of(entity.get("EntityRef")) if owing else None,
                tracking_class=number_of(detail.get("ClassRef")),
                department=number_of(detail.get("DepartmentRef")),
                memo=line.get("Description"),
            )
        )
    for account, amount in purchase_tax.journal_postings(work, body["Line"]).items():
        found.append(ledger.Entry(account, to_cents(amount), currency))
    return found
