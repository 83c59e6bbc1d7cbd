"""The address `/exchangerate`: a currency's rate on a day, read and set."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from qbo_simulator import faults
from qbo_simulator.books import currencies, intake
from qbo_simulator.books.work import Work
from qbo_simulator.catalogue import KINDS
from qbo_simulator.kinds.currency_lists import (
    check_code,
    enter_rate,
    rate_body,
    token_on,
)

if TYPE_CHECKING:
    from datetime import datetime

    from qbo_simulator.books.kind import Body
    from qbo_simulator.company import Company

KIND = KINDS["ExchangeRate"]


def read(company: Company, source: str, as_of: str | None, *, now: datetime) -> Body:
    """What one unit of a currency is worth on a day, today if none is given.

    The latest rate entered up to that day counts; where there is none, it is 1.
    """
    with company.store.read():
        work = Work(company.store, KINDS, company.realm, now)
        _check_enabled(work)
        wanted: Body = {"SourceCurrencyCode": source}
        if as_of:
            wanted["AsOfDate"] = as_of
        sent, _ = intake.clean(KIND, wanted)
        if "SourceCurrencyCode" not in sent:
            raise faults.required("SourceCurrencyCode")
        code = check_code(sent["SourceCurrencyCode"])
        on = sent.get("AsOfDate", work.today)
        rate = currencies.rate_on(work, code, on) or Decimal(1)
        return rate_body(work, code, on, rate, token_on(work, code, on))


def update(company: Company, body: Body, *, now: datetime) -> Body:
    """Set what a currency is worth on a day, today if none is given."""
    with company.store.write():
        work = Work(company.store, KINDS, company.realm, now)
        _check_enabled(work)
        sent, _ = intake.clean(KIND, body)
        for name in ("SourceCurrencyCode", "Rate"):
            if name not in sent:
                raise faults.required(name)
        code = check_code(sent["SourceCurrencyCode"])
        on = sent.get("AsOfDate", work.today)
        _check_rate(work, code, sent)
        _check_token(work, body, code, on)
        return enter_rate(work, code, on, Decimal(sent["Rate"]))


def _check_enabled(work: Work) -> None:
    if not currencies.is_enabled(work):
        raise faults.business(
            "Multi Currency should be enabled to perform this operation."
        )


def _check_rate(work: Work, code: str, sent: Body) -> None:
    target = sent.get("TargetCurrencyCode", work.home_currency)
    if target != work.home_currency:
        raise faults.business(
            "A rate is given in the home currency.", "TargetCurrencyCode"
        )
    if code == work.home_currency:
        raise faults.business(
            "The home currency is always worth 1.", "SourceCurrencyCode"
        )
    if Decimal(sent["Rate"]) <= 0:
        raise faults.business("The exchange rate must be greater than 0.", "Rate")


def _check_token(work: Work, body: Any, code: str, on: str) -> None:
    token = body.get("SyncToken")
    if token not in (None, "") and str(token) != token_on(work, code, on):
        raise faults.stale()
