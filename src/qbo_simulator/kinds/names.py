"""What customers, vendors and employees have in common: names that must differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from qbo_simulator import faults
from qbo_simulator.books import currencies, references
from qbo_simulator.books.fields import Field, Holder, Text, both
from qbo_simulator.books.kind import Body, Draft, Kind, words
from qbo_simulator.faults import Fault
from qbo_simulator.kinds import retiring
from qbo_simulator.wire import as_decimal

if TYPE_CHECKING:
    from qbo_simulator.books.work import Work

PHONE = Holder(key="FreeFormNumber", limit=30)
NAME_PARTS = ("Title", "GivenName", "MiddleName", "FamilyName", "Suffix")
SHARED_NAMES = ("Customer", "Vendor", "Employee")
FORBIDDEN = ":\t\n"
PERSON = (
    Field("Title", Text(16, FORBIDDEN)),
    both("GivenName", Text(100, FORBIDDEN)),
    both("MiddleName", Text(100, FORBIDDEN)),
    both("FamilyName", Text(100, FORBIDDEN)),
    both("Suffix", Text(16, FORBIDDEN)),
)
CONTACT = (
    Field("PrimaryPhone", PHONE),
    Field("AlternatePhone", PHONE),
    Field("Mobile", PHONE),
    Field("Fax", PHONE),
)
TOLERATED = words("""IntuitId Organization UserId V4IDPseudonym OtherContactInfo OtherAddr
    ContactName AltContactName CreditLimit TDSEnabled Source CustomField""")
ADDRESSES = ("BillAddr", "ShipAddr", "PrimaryAddr")


class NamedParty(Kind):
    """A name with its parts, unique among customers, vendors and employees."""

    sequence: ClassVar[str] = "names"

    def prepare(self, work: Work, draft: Draft) -> None:
        self.name(draft)
        draft.new.setdefault("Active", True)
        if retiring.retires(draft):
            self.check_deactivation(work, draft)
        retiring.rename(work, draft, "DisplayName", SHARED_NAMES)
        self.qualify(work, draft)
        self._check_unique(work, draft)

    def name(self, draft: Draft) -> None:
        """Fill in the display name and the name that is printed on cheques."""
        new, old = draft.new, draft.old or {}
        if draft.sparse:
            for name in ("DisplayName", "PrintOnCheckName"):
                new.setdefault(name, old[name])
        if not new.get("DisplayName"):
            new["DisplayName"] = joined_name(new) or old.get("DisplayName", "")
        if not new["DisplayName"]:
            raise no_name()
        was_made_up = old.get("PrintOnCheckName") == on_cheques(old)
        if "PrintOnCheckName" not in draft.sent and (was_made_up or not draft.sparse):
            new["PrintOnCheckName"] = on_cheques(new)

    def check_deactivation(self, work: Work, draft: Draft) -> None:
        """Refuse to deactivate whom money is still owed to or by."""
        old = draft.old or {}
        if work.switches.deactivate_with_balance:
            return
        if as_decimal(old.get("BalanceWithJobs", old.get("Balance"))):
            raise has_balance(self.entity.lower())

    def qualify(self, work: Work, draft: Draft) -> None:
        """Set what depends on a parent."""

    def settle(self, work: Work, draft: Draft) -> None:
        if draft.old is not None and draft.changed("DisplayName"):
            references.rename(work, self, draft.old, draft.new)

    def _check_unique(self, work: Work, draft: Draft) -> None:
        key = self.columns(draft.new)["name_key"]
        row = work.db.execute(
            "SELECT kind, id FROM entity WHERE realm = ? AND name_key = ? "
            "AND kind IN (?, ?, ?) AND deleted = 0 AND NOT (kind = ? AND id = ?)",
            (work.realm, key, *SHARED_NAMES, self.entity, draft.id),
        ).fetchone()
        if row is not None:
            raise duplicate_name(int(row["id"]))


def joined_name(body: Body) -> str:
    """The display name that follows from the parts of a name."""
    return " ".join(body[part] for part in NAME_PARTS if body.get(part))


def on_cheques(body: Body) -> str | None:
    """The name that is printed on cheques unless another is given."""
    return body.get("CompanyName") or body.get("DisplayName")


def no_name() -> Fault:
    """6080: neither a display name nor any part of one."""
    detail = (
        "At least one of Title, GivenName, MiddleName, FamilyName, Suffix "
        "or DisplayName must be supplied"
    )
    return Fault(6080, "No name provided", detail, "DisplayName")


def duplicate_name(holder: int) -> Fault:
    """6240: somebody else bears the name."""
    return Fault(
        6240,
        "Duplicate Name Exists Error",
        "The name supplied already exists. : Another customer, vendor or employee is "
        f"already using this name. Please use a different name. Id={holder}",
    )


def has_balance(noun: str) -> Fault:
    """6220: what is to be made inactive still has a balance."""
    return Fault(
        6220,
        "Delete List Has Balance Error",
        "The entity you are trying to delete has an open balance. : "
        f"This {noun} cannot be deleted because it has a non-zero balance",
    )


def settle_currency(work: Work, draft: Draft) -> None:
    """Name the currency; it must be one the company uses, and stays what it was."""
    new, old = draft.new, draft.old or {}
    home = work.home_currency
    code = str(new.get("CurrencyRef", {}).get("value", home)).upper()
    held = old.get("CurrencyRef", {}).get("value", code)
    if code != held:
        raise faults.business("The currency can't be changed once it is set.")
    if code != home and not currencies.is_enabled(work):
        raise faults.business(
            "Multi Currency should be enabled to perform this operation."
        )
    if code != home and not _is_used(work, code):
        raise Fault(
            2220,
            "Invalid Currency Type",
            f"Invalid Currency Type : {code} is not a currency of this company",
            "CurrencyRef",
        )
    new["CurrencyRef"] = {"value": code, "name": currencies.currency_name(code)}


def _is_used(work: Work, code: str) -> bool:
    row = work.db.execute(
        "SELECT 1 FROM entity WHERE realm = ? AND kind = 'CompanyCurrency' "
        "AND name_key = ? AND active = 1 AND deleted = 0",
        (work.realm, code.casefold()),
    ).fetchone()
    return row is not None


def mask(draft: Draft, name: str, shown: int) -> None:
    """Keep of a tax number only what answers show of it: its last characters."""
    held = draft.new.get(name)
    if held and held != (draft.old or {}).get(name):
        hidden = max(len(held) - shown, 0)
        draft.new[name] = "X" * hidden + held[hidden:]


def number_addresses(
    work: Work, draft: Draft, names: tuple[str, ...] = ADDRESSES
) -> None:
    """Give each new or changed address its own id."""
    for name in names:
        address = draft.new.get(name)
        if address is None:
            continue
        before = (draft.old or {}).get(name, {})
        kept = {key: part for key, part in address.items() if key != "Id"}
        if kept == {key: part for key, part in before.items() if key != "Id"}:
            draft.new[name] = before
        else:
            draft.new[name] = {"Id": str(work.next_number("address")), **kept}
