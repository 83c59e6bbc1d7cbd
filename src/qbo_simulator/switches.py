"""What of the simulator's behaviour may be changed while it runs."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from qbo_simulator.injection import FORMATS, is_number


@dataclass
class Switches:
    """The switches, as documented in docs/simulator.md; the defaults are the record.

    `requestid` is honoured, ignored, or forgotten (after `requestid_ttl` seconds).
    `read_lag` hides from queries and the change feed what was created in the last so
    many seconds. A limit of 0 is no limit; `batch_objects` is that of what the queries
    of a batch find together. `deactivate_with_balance` lets names and
    accounts that still have a balance be made inactive; `vendor_terms_on_create` has
    a new vendor keep its terms. `inclusive_amounts` says what
    the Amount of a line without TaxInclusiveAmt is under TaxInclusive: gross or net.
    `cdc_days` refuses a change feed that goes back further; 0 is no limit.
    `number_expenses` gives expenses without a DocNumber the next one, as documented.
    `flatten_addresses` serves an address changed on a sales form as free text.
    """

    throttle: bool = True
    per_minute: int = 500
    per_second: int = 10
    service_time: float = 0.228
    concurrent: int = 10
    combined_per_minute: int = 800
    batch_per_minute: int = 40
    realm_batch_per_minute: int = 120
    batch_objects: int = 1000
    reports_per_minute: int = 200
    emails_per_day: int = 0
    builder_calls: int = 0
    cut_off: float = 120.0
    compress: bool = True
    unasked_format: str = "xml"
    throttle_format: str = "json"
    requestid: str = "honoured"
    requestid_ttl: float = 60.0
    replay_faults: bool = False
    read_lag: float = 0.0
    zero_start_position: bool = True
    cdc_days: int = 0
    inclusive_amounts: str = "gross"
    deactivate_with_balance: bool = False
    vendor_terms_on_create: bool = True
    flatten_addresses: bool = True
    number_expenses: bool = False

    def change(self, wishes: dict[str, Any]) -> None:
        """Set several switches; a name or value that makes no sense is a ValueError."""
        known = {each.name: type(getattr(self, each.name)) for each in fields(self)}
        clean: dict[str, Any] = {}
        for name, value in wishes.items():
            if name not in known:
                raise ValueError(f"Unknown switch {name!r}; one of {', '.join(known)}")
            clean[name] = _as(known[name], name, value)
        if clean.get("requestid", "honoured") not in REQUESTID_MODES:
            raise ValueError(f"requestid is one of {', '.join(REQUESTID_MODES)}")
        for name in ("throttle_format", "unasked_format"):
            if clean.get(name, "json") not in FORMATS:
                raise ValueError(f"{name} is one of {', '.join(FORMATS)}")
        if clean.get("inclusive_amounts", "gross") not in INCLUSIVE_AMOUNTS:
            raise ValueError(
                f"inclusive_amounts is one of {', '.join(INCLUSIVE_AMOUNTS)}"
            )
        for name, value in clean.items():
            setattr(self, name, value)

    def shown(self) -> dict[str, Any]:
        """The switches as plain values."""
        return {each.name: getattr(self, each.name) for each in fields(self)}


WORDS = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "a word",
}
INCLUSIVE_AMOUNTS = ("gross", "net")
REQUESTID_MODES = ("honoured", "ignored", "forgotten")


def _as(kind: type, name: str, value: Any) -> Any:
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise ValueError(f"{name} is {WORDS[kind]}")
    if kind in (int, float) and not is_number(value):
        raise ValueError(f"{name} is not negative")
    return value
