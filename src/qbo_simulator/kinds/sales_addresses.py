"""The addresses on sales forms: copied from the customer, flattened when edited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qbo_simulator.kinds.names import number_addresses

if TYPE_CHECKING:
    from qbo_simulator.books.kind import Body, Draft
    from qbo_simulator.books.work import Work

COPIED = ("BillAddr", "ShipAddr")
NAMES = (*COPIED, "ShipFromAddr")
MOST_LINES = 5


def fill_addresses(work: Work, draft: Draft, customer: Body) -> None:
    """Copy the customer's addresses on create; flatten what an edit changes."""
    new = draft.new
    if draft.old is None:
        for name in COPIED:
            if name not in new and name in customer:
                new[name] = customer[name]
    elif work.switches.flatten_addresses:
        for name in COPIED:
            if name in draft.sent and _bare(new[name]) != _bare(draft.old.get(name)):
                new[name] = flattened(new[name], customer)
    own = (name for name in NAMES if new.get(name) != customer.get(name))
    number_addresses(work, draft, tuple(own))


def _bare(address: Body | None) -> Body:
    return {name: part for name, part in (address or {}).items() if name != "Id"}


def flattened(address: Body, customer: Body) -> Body:
    """An address as free text, the customer's names above it.

    One that has been flattened before has no city any more and stays as it is.
    """
    if not any(name in address for name in ("City", "PostalCode")):
        return address
    person = " ".join(
        customer[name] for name in ("GivenName", "FamilyName") if name in customer
    )
    names = [person, customer.get("CompanyName") or customer.get("DisplayName", "")]
    lines = [address[f"Line{n}"] for n in range(1, 6) if f"Line{n}" in address]
    region = "  ".join(
        address[name]
        for name in ("CountrySubDivisionCode", "PostalCode")
        if name in address
    )
    place = ", ".join(each for each in (address.get("City", ""), region) if each)
    below = [place, address.get("Country", "")]
    head = [each for each in dict.fromkeys(names) if each and each not in lines]
    whole = [*head, *lines, *(each for each in below if each)]
    return {f"Line{n}": text for n, text in enumerate(fitted(whole), start=1)}


def fitted(lines: list[str]) -> list[str]:
    """Five lines at most: what is too much goes on the last one."""
    if len(lines) <= MOST_LINES:
        return lines
    last = " ".join(lines[MOST_LINES - 1 :])
    return [*lines[: MOST_LINES - 1], last]
