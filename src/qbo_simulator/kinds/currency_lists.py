"""The currencies a company deals in, and what they are worth day by day."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from qbo_simulator import faults
from qbo_simulator.books import currencies
from qbo_simulator.books.fields import Day, Field, Flag, Number, Text, both
from qbo_simulator.books.kind import Body, Draft, Kind
from qbo_simulator.faults import Fault
from qbo_simulator.kinds.lists import check_name
from qbo_simulator.wire import encode, number, stamp

if TYPE_CHECKING:
    from qbo_simulator.books.work import Work

CODE_LENGTH = 3


class CompanyCurrency(Kind):
    """A currency beside the company's own; only a company of several has any."""

    entity = "CompanyCurrency"
    list_name = "Currencies"
    sequence = "company_currencies"
    head = (
        Field("Code", Text(100), keep=True),
        Field("Name", Text(100), column="name", keep=True),
        both("Active", Flag(), column="active", keep=True),
    )
    tolerated = frozenset({"CustomField", "CompanyCurrencyEx"})

    def columns(self, body: Body) -> dict[str, Any]:
        code = str(body["Code"])
        return {
            "name": body["Name"],
            "full_name": code,
            "name_key": code.casefold(),
            "active": int(body["Active"]),
        }

    def prepare(self, work: Work, draft: Draft) -> None:
        new, old = draft.new, draft.old or {}
        if not currencies.is_enabled(work):
            raise faults.business(
                "Multi Currency should be enabled to perform this operation."
            )
        if not new.get("Code"):
            raise faults.required("Code")
        new["Code"] = check_code(new["Code"])
        if old and new["Code"] != old["Code"]:
            raise faults.business("The code of a currency can't be changed.", "Code")
        if new["Code"] == work.home_currency:
            raise faults.business("The home currency is always there.", "Code")
        new.setdefault("Name", currencies.currency_name(new["Code"]))
        new.setdefault("Active", True)
        check_name(work, self, draft)
        if old.get("Active", True) and not new["Active"]:
            self._check_unused(work, new["Code"])

    def _check_unused(self, work: Work, code: str) -> None:
        row = work.db.execute(
            "SELECT 1 FROM entity WHERE realm = ? AND deleted = 0 AND active = 1 "
            "AND kind IN ('Customer', 'Vendor', 'Account') "
            "AND json_extract(body, '$.CurrencyRef.value') = ? LIMIT 1",
            (work.realm, code),
        ).fetchone()
        if row is not None:
            raise faults.business(
                "A currency that customers, vendors or accounts use can't be removed.",
                "Active",
            )


def check_code(code: str) -> str:
    """A currency's code in capitals; 2220 if it can be none."""
    text = code.upper()
    if len(text) != CODE_LENGTH or not (text.isascii() and text.isalpha()):
        raise Fault(
            2220, "Invalid Currency Type", f"Invalid Currency Type : {code}", "Code"
        )
    return text


class ExchangeRate(Kind):
    """What a currency is worth on a day; it has no id of its own to be read by."""

    entity = "ExchangeRate"
    list_name = "Exchange Rates"
    sequence = "exchange_rates"
    operations = frozenset()
    in_change_feed = False
    head = (
        Field("SourceCurrencyCode", Text(3), filterable=True),
        Field("TargetCurrencyCode", Text(3)),
        Field("Rate", Number()),
        Field("AsOfDate", Day(), filterable=True),
    )
    tolerated = frozenset({"CustomField", "ExchangeRateEx"})

    def label(self, body: Body) -> str:
        return str(body.get("SourceCurrencyCode", ""))

    def served(self, body: Body) -> Body:
        found = super().served({"Id": "", **body})
        found.pop("Id")
        return found


def rate_body(work: Work, currency: str, on: str, rate: Decimal, token: str) -> Body:
    """A rate as it is served."""
    return work.kinds["ExchangeRate"].served(
        {
            "SyncToken": token,
            "MetaData": {"LastUpdatedTime": stamp(work.now)},
            "SourceCurrencyCode": currency,
            "TargetCurrencyCode": work.home_currency,
            "Rate": number(rate),
            "AsOfDate": on,
        }
    )


def enter_rate(work: Work, currency: str, on: str, rate: Decimal) -> Body:
    """Enter what a currency is worth on a day, for transactions and for queries."""
    currencies.set_rate(work, currency, on, rate)
    row = _stored(work, currency, on)
    token = "0" if row is None else str(int(row["token"]) + 1)
    held = int(row["id"]) if row else work.next_number(ExchangeRate.sequence)
    body = rate_body(work, currency, on, rate, token)
    at = int(work.now.timestamp())
    work.db.execute(
        "INSERT INTO entity (realm, kind, id, token, body, name, full_name, name_key,"
        " created, updated) VALUES (?, 'ExchangeRate', ?, ?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (realm, kind, id) DO UPDATE SET token = excluded.token,"
        " body = excluded.body, updated = excluded.updated",
        (
            work.realm,
            held,
            int(token),
            encode(body).decode(),
            currency,
            f"{currency} {on}",
            _key(currency, on),
            at,
            at,
        ),
    )
    return body


def token_on(work: Work, currency: str, on: str) -> str:
    """The SyncToken of a day's rate; "0" where none was entered."""
    row = _stored(work, currency, on)
    return str(row["token"]) if row else "0"


def _stored(work: Work, currency: str, on: str) -> Any:
    return work.db.execute(
        "SELECT id, token FROM entity WHERE realm = ? AND kind = 'ExchangeRate' "
        "AND name_key = ?",
        (work.realm, _key(currency, on)),
    ).fetchone()


def _key(currency: str, on: str) -> str:
    return f"{currency} {on}".casefold()
