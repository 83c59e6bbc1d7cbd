"""What a property of an entity may hold, and how what clients send is cleaned.

A type's `clean` gives the value to store, raises a recorded fault, or gives CLEAR
for the values that mean "empty this field" in a sparse update.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from qbo_simulator.faults import Fault, too_long
from qbo_simulator.wire import money, number, parse_date


class _Clear:
    """The mark for a field that a client asks to empty."""


CLEAR = _Clear()
EARLIEST, LATEST = 1900, 9000
LARGEST = Decimal("99999999999.99")
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Type:
    """Anything at all, kept as sent."""

    def clean(self, name: str, value: Any) -> Any:
        """The value to store."""
        return CLEAR if value in ("", {}, []) else value

    def path(self, name: str) -> str:
        """Where a query finds the comparable value inside the stored JSON."""
        return f"$.{name}"


@dataclass(frozen=True, slots=True)
class Text(Type):
    """A string of limited length, without the characters in `without`."""

    limit: int = 4000
    without: str = ""

    def clean(self, name: str, value: Any) -> Any:
        text = value if isinstance(value, str) else str(value)
        if isinstance(value, dict | list | bool):
            raise wrong_type(name, value)
        if not text.strip():
            return CLEAR
        check_text(name, text, self.limit)
        if any(character in text for character in self.without):
            raise Fault(
                2040,
                "Invalid String",
                f"Invalid String : {name} must not contain {shown(self.without)}",
                name,
            )
        return text


@dataclass(frozen=True, slots=True)
class Number(Type):
    """A decimal number, written trimmed."""

    least: Decimal | None = None

    def clean(self, name: str, value: Any) -> Any:
        if value == "":
            return CLEAR
        parsed = parse_number(name, value)
        if self.least is not None and parsed < self.least:
            raise Fault(2090, "Invalid Number", f"Invalid Number : {value}", name)
        return number(parsed)


@dataclass(frozen=True, slots=True)
class Amount(Type):
    """Money, written with a decimal point unless it is zero."""

    def clean(self, name: str, value: Any) -> Any:
        if value == "":
            return CLEAR
        return money(parse_number(name, value))


@dataclass(frozen=True, slots=True)
class Whole(Type):
    """A whole number between two bounds."""

    least: int = 0
    most: int = 2**31

    def clean(self, name: str, value: Any) -> Any:
        if value == "":
            return CLEAR
        parsed = parse_number(name, value)
        if (
            parsed != parsed.to_integral_value()
            or not self.least <= parsed <= self.most
        ):
            raise Fault(2090, "Invalid Number", f"Invalid Number : {value}", name)
        return int(parsed)


@dataclass(frozen=True, slots=True)
class Numeral(Type):
    """A whole number that is written as a word."""

    least: int = 0
    most: int = 2**31

    def clean(self, name: str, value: Any) -> Any:
        cleaned = Whole(self.least, self.most).clean(name, value)
        return cleaned if cleaned is CLEAR else str(cleaned)


@dataclass(frozen=True, slots=True)
class Flag(Type):
    """True or false."""

    def clean(self, name: str, value: Any) -> Any:
        if value == "":
            return CLEAR
        known = {"true": True, "false": False}
        if isinstance(value, bool):
            return value
        if isinstance(value, str) and value.lower() in known:
            return known[value.lower()]
        raise Fault(2230, "Invalid Boolean", f"Invalid Boolean : {value}", name)


@dataclass(frozen=True, slots=True)
class Day(Type):
    """A date; whatever follows the day is dropped."""

    def clean(self, name: str, value: Any) -> Any:
        if value == "":
            return CLEAR
        parsed = parse_date(value) if isinstance(value, str) else None
        if parsed is None:
            raise Fault(2060, "Invalid Date Format", f"Invalid Date : {value}", name)
        if not EARLIEST <= parsed.year <= LATEST:
            raise Fault(2070, "Invalid Date", f"Invalid Date : {value}", name)
        return parsed.isoformat()


@dataclass(frozen=True, slots=True)
class Choice(Type):
    """One of a few words."""

    values: tuple[str, ...] = ()

    def clean(self, name: str, value: Any) -> Any:
        if value == "":
            return CLEAR
        if value not in self.values:
            detail = f"Property : {name} has invalid enumeration value"
            raise Fault(2170, "Invalid Enumeration", detail, name)
        return value


@dataclass(frozen=True, slots=True)
class Ref(Type):
    """A reference to another entity; `target` is its kind, `named` if answers name it."""

    target: str = ""
    named: bool = True

    def clean(self, name: str, value: Any) -> Any:
        if isinstance(value, str | int) and not isinstance(value, bool):
            value = {"value": str(value)}
        if not isinstance(value, dict):
            raise wrong_type(name, value)
        held = value.get("value")
        if held is None or held == "":
            return CLEAR
        kept = {"value": str(held)}
        if isinstance(value.get("name"), str):
            kept["name"] = value["name"]
        return kept

    def path(self, name: str) -> str:
        return f"$.{name}.value"


@dataclass(frozen=True, slots=True)
class Holder(Type):
    """An object that holds one string: an e-mail address, a phone, a web address."""

    key: str = ""
    limit: int = 100

    def clean(self, name: str, value: Any) -> Any:
        if value in ("", {}):
            return CLEAR
        if not isinstance(value, dict):
            raise wrong_type(name, value)
        held = value.get(self.key)
        if held is None or held == "":
            return CLEAR
        check_text(name, str(held), self.limit)
        return {self.key: str(held)}

    def path(self, name: str) -> str:
        return f"$.{name}.{self.key}"


@dataclass(frozen=True, slots=True)
class Email(Holder):
    """An e-mail address, or several with commas between."""

    key: str = "Address"

    def clean(self, name: str, value: Any) -> Any:
        cleaned = Holder.clean(self, name, value)
        if cleaned is CLEAR:
            return CLEAR
        for each in cleaned["Address"].split(","):
            if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", each.strip()):
                raise Fault(
                    2210,
                    "Invalid Email Address format",
                    "Email Address does not conform to the RFC 822 standard. "
                    f"Supplied value:{each.strip()}",
                    name,
                )
        return cleaned


ADDRESS_LIMITS = {
    **{f"Line{n}": 500 for n in range(1, 6)},
    "City": 255,
    "Country": 255,
    "CountryCode": 255,
    "CountrySubDivisionCode": 255,
    "PostalCode": 30,
    "PostalCodeSuffix": 30,
    "CountyCode": 255,
    "Note": 1000,
    "Tag": 100,
    "Lat": 100,
    "Long": 100,
    "Id": 30,
    "Type": 30,
}
LONGEST_ADDRESS = 2000
UNANSWERED = ("Lat", "Long", "Type")


@dataclass(frozen=True, slots=True)
class Address(Type):
    """A postal address; its Id is the service's own."""

    def clean(self, name: str, value: Any) -> Any:
        if not isinstance(value, dict):
            if value == "":
                return CLEAR
            raise wrong_type(name, value)
        kept = {}
        for key, part in value.items():
            if key not in ADDRESS_LIMITS:
                raise unknown_property(key, "PhysicalAddress", tuple(ADDRESS_LIMITS))
            if part is None or part == "" or key in UNANSWERED:
                continue
            if isinstance(part, dict | list | bool):
                raise wrong_type(key, part)
            check_text(key, str(part), ADDRESS_LIMITS[key])
            kept[key] = str(part)
        length = sum(len(part) for key, part in kept.items() if key.startswith("Line"))
        if length > LONGEST_ADDRESS:
            raise too_long(name, LONGEST_ADDRESS, length)
        return kept if set(kept) - {"Id"} else CLEAR


@dataclass(frozen=True, slots=True)
class Lines(Type):
    """The lines of a transaction, or any other list; checked by the entity itself."""

    def clean(self, name: str, value: Any) -> Any:
        if isinstance(value, dict):
            value = [value]
        if not isinstance(value, list):
            raise wrong_type(name, value)
        if not all(isinstance(each, dict) for each in value):
            raise wrong_type(name, value)
        return value


@dataclass(frozen=True, slots=True)
class Record(Type):
    """An object; those of its parts that are declared are checked, the others kept."""

    parts: Mapping[str, Type] = field(default_factory=dict)

    def clean(self, name: str, value: Any) -> Any:
        if value == "":
            return CLEAR
        if not isinstance(value, dict):
            raise wrong_type(name, value)
        kept = dict(value)
        for part, type_ in self.parts.items():
            if kept.get(part) is not None:
                kept[part] = type_.clean(part, kept[part])
            if kept.get(part) is None or kept[part] is CLEAR:
                kept.pop(part, None)
        return kept or CLEAR


CHARACTERS = {
    ":": "a colon",
    "\t": "a tab",
    "\n": "a new line",
    '"': "a double quote",
}


def shown(characters: str) -> str:
    """The names of characters that a text may not have."""
    return " or ".join(CHARACTERS[each] for each in characters)


def check_text(name: str, text: str, limit: int) -> None:
    """2050 for a text that is too long, 2040 for characters that no form can show."""
    if len(text) > limit:
        raise too_long(name, limit, len(text))
    if UNPRINTABLE.search(text):
        detail = f"Invalid String : {name} must not contain control characters"
        raise Fault(2040, "Invalid String", detail, name)


def parse_number(name: str, value: Any) -> Decimal:
    """A number out of JSON, or out of a string that holds one."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str | float):
        raise wrong_type(name, value)
    try:
        # A float comes from Python callers only; its shortest text is what was meant.
        parsed = Decimal(str(value))
    except InvalidOperation:
        parsed = Decimal("NaN")
    if not parsed.is_finite() or abs(parsed) > LARGEST:
        raise Fault(2080, "Invalid Number Format", f"Invalid Number : {value}", name)
    return parsed


def amount_of(name: str, value: Any) -> Decimal:
    """An amount a client sent, or zero."""
    return parse_number(name, value) if value not in (None, "") else Decimal(0)


def wrong_type(name: str, value: Any) -> Fault:
    """2120: an object where a word belongs, or the like."""
    shown = str(value)[:60]
    return Fault(2120, "Invalid Type", f"Invalid Type : {name} : {shown}", name)


def unknown_property(name: str, owner: str, known: tuple[str, ...]) -> Fault:
    """2010: a property that no schema knows, as the parser words it."""
    listed = ", ".join(f'"{each}"' for each in known[:3])
    return Fault(
        2010,
        "Request has invalid or unsupported property",
        f'Property Name:Unrecognized field "{name}" '
        f"(class com.intuit.schema.finance.v3.{owner}), not marked as ignorable "
        f"({len(known)} known properties: {listed} [truncated]])\n"
        " specified is unsupported or invalid",
    )


@dataclass(frozen=True, slots=True)
class Field:
    """One property of an entity, declared once."""

    name: str
    type: Type
    read_only: bool = False
    filterable: bool = False
    sortable: bool = False
    column: str | None = None
    keep: bool = False
    """Whether a full update that omits it leaves it as it was."""


def both(name: str, type: Type, **more: Any) -> Field:  # noqa: A002
    """A field that may stand in WHERE and in ORDERBY."""
    return Field(name, type, filterable=True, sortable=True, **more)
