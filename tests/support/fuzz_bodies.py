"""Requests at random: sound ones, and such with something broken in them.

All of it is drawn from one `Random`, which hypothesis hands out, replays and shrinks.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from random import Random
from typing import Any
from xml.sax.saxutils import escape

from qbo_simulator.books.fields import (
    Address,
    Amount,
    Choice,
    Day,
    Email,
    Field,
    Flag,
    Holder,
    Number,
    Ref,
    Whole,
)
from qbo_simulator.catalogue import ALL, BY_LOWER
from qbo_simulator.kinds.preference_groups import GROUPS
from support.picks import Body, Pick
from support.samples import FULL, LEAST, TRANSACTIONS

DEEP: Any = [[[[[[[[{"value": [{"Line": [{}]}]}]]]]]]]]
ODD: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 2.5, -0.01, 0.005, 0.0000001),
    *(10**11, -(10**11), 10**40, 1e300, -1e-300, 2**63, 2**31),
    *("", " ", "0", "1", "-1", "x", "true", "NaN", "1e5", "9" * 40, "٣"),
    *("2026-02-30", "2026-03-09", "0001-01-01", "9999-12-31", "2026-03-09T25:00:00Z"),
    *("TAX", "NON", "EUR", "USD", "GBP", "Invoice", "Bill", "Void", "SHIPPING_ITEM_ID"),
    *(
        "Ω≈ç√ 漢字 🍞",
        "a\u0000b",
        "\ud83c",
        "a\tb\nc",
        "a:b",
        '"quoted"',
        "\\",
        "O'Neil",
    ),
    *("<b>&amp;</b>", "%00", "x" * 5000, "a@b.example", "a@b", "../../etc"),
    *([], {}, [None], [[]], [{}], [1, 2], {"value": None}, {"value": ""}),
    *({"value": "1"}, {"value": "999999"}, {"value": {"value": "1"}}, {"value": []}),
    *({"name": "Ada"}, {"Id": "1"}, {"TxnId": {}, "TxnType": []}, DEEP),
    *([{"TxnId": "1", "TxnType": "Invoice"}], [{"TxnId": "1", "TxnType": "Nothing"}]),
)
AMOUNTS = (0, 1, 5, 10, 25, 33.33, 100, 0.01, 1234.56, 99999, -5)
DAYS = ("2025-12-31", "2026-01-01", "2026-02-28", "2026-03-10", "2026-11-22")
WORDS = ("Bread", "Zoë's", "a" * 21, "Nº 1", "Sales", "Net 30")
LINKED = ("Invoice", "Payment", "CreditMemo", "Deposit", "Bill", "BillPayment")
KINDS = (*LEAST, *TRANSACTIONS, *LINKED, *LINKED)
"""Of what is created and changed: what is linked to other things most often."""
SOUGHT = ("Id", "Name", "DisplayName", "Active", "DocNumber", "TxnDate", "Balance")
PATH = tuple[str | int, ...]


def plausible(random: Random, field: Field) -> Any:
    """A value that a field may hold, by its type."""
    kind = field.type
    if isinstance(kind, Ref):
        return {"value": Pick(kind.target or random.choice(("Class", "Department")))}
    if isinstance(kind, Choice):
        return random.choice(kind.values)
    if isinstance(kind, Amount | Number):
        return random.choice(AMOUNTS)
    if isinstance(kind, Email):
        return {"Address": "a@b.example"}
    if isinstance(kind, Holder):
        return {kind.key: "https://b.example"}
    simple: dict[type, Any] = {
        Whole: random.randint(0, 40),
        Flag: random.random() < 0.5,
        Day: random.choice(DAYS),
        Address: {"Line1": "4 Quayside", "City": random.choice(WORDS)},
    }
    return simple.get(type(kind), random.choice(WORDS))


def places(value: Any, above: PATH = ()) -> Iterator[PATH]:
    """The path of every part of a value."""
    if isinstance(value, dict | list):
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for key, part in pairs:
            yield (*above, key)
            yield from places(part, (*above, key))


def held(value: Any, path: PATH) -> Any:
    """What stands at a path."""
    for key in path:
        value = value[key]
    return value


def mutated(random: Random, kind: str, body: Body) -> Body:
    """A body with one thing about it changed: for better or worse."""
    body = copy.deepcopy(body)
    known = list(places(body))
    declared = list(BY_LOWER[kind.lower()].fields.values())
    how = random.randrange(7)
    if how < 2 and declared:
        field = random.choice(declared)
        body[field.name] = plausible(random, field)
    elif known and how < 6:
        _spoil(random, body, random.choice(known), how)
    elif known:
        one, other = random.choice(known), random.choice(known)
        holder = held(body, one[:-1])
        holder[one[-1]] = copy.deepcopy(held(body, other))
    return body


def _spoil(random: Random, body: Body, path: PATH, how: int) -> None:
    holder, key = held(body, path[:-1]), path[-1]
    if how == 2:
        del holder[key]
    elif how == 3 and isinstance(holder, list):
        holder.insert(int(key), copy.deepcopy(holder[int(key)]))
    elif how == 4 and isinstance(holder[key], int | float):
        holder[key] = random.choice(AMOUNTS)
    else:
        holder[key] = random.choice(ODD)


def request(random: Random) -> tuple[str, Body]:
    """What to create: of any kind, more or less sound."""
    kind = random.choice(KINDS)
    body = random.choice((LEAST, FULL))[kind]
    for _ in range(max(0, random.randint(-2, 3))):
        body = mutated(random, kind, body)
    return kind, body


def change(random: Random, kind: str, served: Body) -> Body:
    """An update of something: sparse or full, more or less sound."""
    head = {name: served.get(name) for name in ("Id", "SyncToken")}
    if random.random() < 0.5:
        body: Body = {**head, "sparse": True}
        for name in ("VendorRef", "PaymentType", "TotalAmt", "Line", "CustomerRef"):
            if name in served and random.random() < 0.7:
                body[name] = served[name]
    else:
        body = {**served, "sparse": False}
    if random.random() < 0.3:
        body = repriced(random, body)
    for _ in range(max(0, random.randint(-1, 2))):
        body = mutated(random, kind, body)
    if random.random() < 0.95:
        body.update(head)
    return body


def setting(random: Random, kind: str, served: Body) -> Body:
    """An update of how a company works."""
    body: Body = {"Id": "1", "SyncToken": served["SyncToken"], "sparse": True}
    if kind != "Preferences":
        return mutated(random, kind, {**served, **body})
    for _ in range(random.randint(1, 3)):
        group = random.choice(list(GROUPS))
        name = random.choice([*GROUPS[group], "Unknown"])
        value = random.choice((*ODD, ""))
        if name in GROUPS[group] and random.random() < 0.9:
            value = plausible(random, Field(name, GROUPS[group][name]))
        body.setdefault(group, {})[name] = value
    return body


def mostly(random: Random, *good: Any) -> Any:
    """One of the good values, or now and then an odd one."""
    return random.choice(good if random.random() < 0.9 else ODD)


def tax_code(random: Random) -> Body:
    """A new tax code, with new rates or old ones."""
    fresh = {
        "TaxRateName": mostly(random, *WORDS),
        "RateValue": mostly(random, 0, 5, "8.875"),
        "TaxAgencyId": mostly(random, "1"),
        "TaxApplicableOn": mostly(random, "Sales", "Purchase"),
    }
    known = {"TaxRateId": mostly(random, "1", "2")}
    details = [mostly(random, fresh, known) for _ in range(random.randint(1, 2))]
    return {"TaxCode": mostly(random, *WORDS), "TaxRateDetails": details}


def exchange_rate(random: Random) -> Body:
    """A rate of the day."""
    return {
        "SourceCurrencyCode": mostly(random, "EUR", "GBP"),
        "Rate": mostly(random, 1, 1.25, "0.0001"),
        "AsOfDate": mostly(random, *DAYS),
        "SyncToken": mostly(random, "0"),
    }


def repriced(random: Random, body: Body) -> Body:
    """A form whose lines, as long as they stand, come to other amounts."""
    body = copy.deepcopy(body)
    for line in body.get("Line", ()):
        if "Amount" in line and random.random() < 0.6:
            line["Amount"] = random.choice(AMOUNTS)
            for detail in line.values():
                if isinstance(detail, dict):
                    detail.pop("Qty", None)
                    detail.pop("UnitPrice", None)
    return body


def statement(random: Random) -> str:
    """A query: of any entity, more or less sound."""
    kind = random.choice(ALL)
    times = ("MetaData.CreateTime", "MetaData.LastUpdatedTime")
    fields = [*kind.fields, "Id", *times]
    if random.random() < 0.7:
        fields = [*times, *(each for each in SOUGHT if each in (*kind.fields, "Id"))]

    def some(most: int) -> list[str]:
        return random.sample(fields, k=min(len(fields), random.randint(1, most)))

    what = random.choice(("*", "*", "count(*)", ", ".join(some(3))))
    text = f"select {what} from {kind.entity}"  # noqa: S608
    if random.random() < 0.6:
        text += " where " + " and ".join(_condition(random, each) for each in some(2))
    if random.random() < 0.4:
        text += f" orderby {random.choice(fields)} {random.choice(('', 'desc', 'asc'))}"
    if random.random() < 0.4:
        text += f" startposition {random.choice((0, 1, 2, 50, 10**9))}"
    if random.random() < 0.4:
        text += f" maxresults {random.choice((0, 1, 10, 1000, 1001))}"
    return _spoilt(random, text) if random.random() < 0.3 else text


def _condition(random: Random, name: str) -> str:
    values = ("'1'", "'%a%'", "'2026-01-01'", "true", "false", "1", "'Zoë\\'s'", "''")
    value = random.choice((*values, "'2026-03-09T10:00:00-07:00'", "null"))
    operator = random.choice(("=", "=", "<", ">", "<=", ">=", "!=", "like", "in"))
    if operator == "in":
        value = f"({', '.join(random.choices(values, k=random.randint(0, 3)))})"
    return f"{name} {operator} {value}"


def _spoilt(random: Random, text: str) -> str:
    words = text.split(" ")
    at = random.randrange(len(words))
    odd = ("", "'", "(", ")", ",", "\\", "select", "and", "or", "🍞", "\x00", "--", ";")
    words[at] = random.choice((*odd, words[random.randrange(len(words))]))
    return " ".join(words)


def xml_of(name: str, value: Any) -> str:
    """A body as XML, as a client of the official libraries writes it."""
    if isinstance(value, list):
        return "".join(xml_of(name, each) for each in value)
    if isinstance(value, dict) and set(value) <= {"value", "name", "type"}:
        return f"<{name}>{_text(value.get('value'))}</{name}>"
    if isinstance(value, dict):
        inside = "".join(xml_of(each, part) for each, part in value.items())
        return f"<{name}>{inside}</{name}>"
    return f"<{name}>{_text(value)}</{name}>"


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else escape(str(value))
