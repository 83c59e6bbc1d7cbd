"""Reads what a program sent into the settings of a use case."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from decimal import Decimal
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from counterfoil.api.entrance import Call
from counterfoil.connections import queries as connection_queries
from counterfoil.connections.models import Connection
from counterfoil.core.errors import Invalid
from counterfoil.crm.catalogue import object_types
from counterfoil.crm.refs import Ref
from counterfoil.invoicing import making, paying
from counterfoil.invoicing.content import number
from counterfoil.invoicing.kinds import kinds

LONGEST_KEY = 200
LONGEST_TEXT = 4000
NO_TEXT = re.compile("[\0\ud800-\udfff]")  # JSON can say it; no database keeps it
S = TypeVar("S")


def idempotency_key(call: Call) -> str:
    """The caller's own name of what it asks for: asked twice, it is made once."""
    given = call.request.headers.get("Idempotency-Key", "").strip()
    if not given or len(given) > LONGEST_KEY or not given.isprintable():
        message = _(
            "Send the header Idempotency-Key with 1 to 200 characters: the same for "
            "every repetition of this request, and another for any other."
        )
        raise Invalid({"Idempotency-Key": [message]})
    return given


def refuse_unknown(body: Mapping[str, Any], known: Collection[str]) -> None:
    """What nobody reads is a slip of the pen: better said than left out."""
    if wrong := sorted(set(body) - set(known)):
        sentence = _("Send only these: %(known)s.")
        message = (
            sentence % {"known": ", ".join(known)}
            if known
            else _("There is no such setting.")
        )
        raise Invalid({name: [message] for name in wrong})


def _refuse_beside(held: Mapping[str, Any], known: Collection[str], field: str) -> None:
    """The same within a field of the body."""
    if set(held) - set(known):
        sentence = _("Send only these: %(known)s.")
        raise Invalid({field: [sentence % {"known": ", ".join(known)}]})


def text(body: Mapping[str, Any], name: str) -> str:
    """A text that may be left out."""
    given = body.get(name)
    if given is None:
        return ""
    if not _is_text(given):
        raise Invalid({name: [_("Send a text of at most 4,000 characters.")]})
    return str(given)


def connection(call: Call, body: Mapping[str, Any]) -> Connection:
    """The company that is named, or the only one there is."""
    known = connection_queries.of(call.access.workspace, active=False)
    wanted = body.get("connection")
    if wanted is None and len(known) == 1:
        return known[0]
    found = next((each for each in known if str(each.pk) == str(wanted)), None)
    if found is None:
        names = ", ".join(f"{each.pk} ({each.name})" for each in known)
        sentence = _("Name the QuickBooks company by its number: %(known)s.")
        message = sentence % {"known": names or _("none is connected")}
        raise Invalid({"connection": [message]})
    return found


def source(body: Mapping[str, Any]) -> Ref:
    """The record that it is made from: ``{"type": "deal", "id": 12}``."""
    held = body.get("source")
    if not isinstance(held, Mapping) or str(held.get("type")) not in object_types:
        message = _('Name the record as {"type": "deal", "id": 12}.')
        raise Invalid({"source": [message]})
    _refuse_beside(held, ("type", "id"), "source")
    return Ref(str(held["type"]), whole(held.get("id"), "source"))


def whole(value: object, field: str) -> int:
    """The number of a record."""
    if isinstance(value, bool) or not str(value).isdecimal() or len(str(value)) > 18:
        raise Invalid({field: [_("Enter the number of a record.")]})
    return int(str(value))


def settings(shape: type[S], body: Mapping[str, Any], **known: Any) -> S:
    """The settings of a use case; what it does not know is refused, not left out."""
    held = body.get("settings", {})
    if not isinstance(held, Mapping):
        raise Invalid({"settings": [_("The settings must be a JSON object.")]})
    kinds = {each.name: each.type for each in fields(shape)}  # type: ignore[arg-type]
    errors: dict[str, list[str]] = {}
    values: dict[str, Any] = {}
    for name, value in held.items():
        if name not in kinds or name in known:
            errors[name] = [_("There is no such setting.")]
        elif kinds[name] == "bool" and not isinstance(value, bool):
            errors[name] = [_("Send true or false.")]
        elif kinds[name] != "bool" and not _is_text(value):
            errors[name] = [_("Send a text of at most 4,000 characters.")]
        else:
            values[name] = value if kinds[name] == "bool" else str(value)
    required = {
        each.name
        for each in fields(shape)  # type: ignore[arg-type]
        if each.default is each.default_factory  # neither is given
    }
    for name in sorted(required - values.keys() - known.keys() - errors.keys()):
        errors[name] = [_("This setting is needed.")]
    if errors:
        raise Invalid(errors)
    return shape(**values, **known)


def refuse_unread(settings: making.Settings) -> None:
    """What documents of the kind do not have is a slip of the pen, too."""
    kind = kinds[settings.kind]
    read = {
        ("due_on", "terms_id"): kind.has_due_date,
        ("expires_on",): kind.has_expiry,
        ("deposit_account_id", "payment_method_id", "reference"): kind.moves_money,
    }
    unread = [name for names, is_read in read.items() if not is_read for name in names]
    if wrong := [name for name in unread if getattr(settings, name)]:
        message = _("Documents of this kind have no such setting: leave it out.")
        raise Invalid({name: [message] for name in wrong})


def _is_text(value: object) -> bool:
    if not isinstance(value, str | int) or isinstance(value, bool):
        return False
    shown = str(value)
    return len(shown) <= LONGEST_TEXT and not NO_TEXT.search(shown)


def payment_settings(body: Mapping[str, Any]) -> paying.Settings:
    """Settings of a payment: which invoices it pays, and which credits it uses up."""
    given = body.get("settings", {})
    if not isinstance(given, Mapping):
        raise Invalid({"settings": [_("The settings must be a JSON object.")]})
    held = dict(given)
    rows = held.pop("applied", None)
    if not isinstance(rows, list) or not rows:
        message = _('List what is paid as [{"invoice": 7, "amount": "12.00"}].')
        raise Invalid({"applied": [message]})
    credits_used = held.pop("credits", [])
    if not isinstance(credits_used, list):
        message = _('List what is used as [{"credit_memo": 7, "amount": "12.00"}].')
        raise Invalid({"credits": [message]})
    payment = held.pop("payment", None)
    total = held.pop("amount", None)
    if payment is not None and total is not None:
        message = _("A payment that is recorded has its amount: leave this out.")
        raise Invalid({"amount": [message]})
    return settings(
        paying.Settings,
        {"settings": held},
        applied=_parts(rows, "invoice", "applied"),
        credits=_parts(credits_used, "credit_memo", "credits"),
        payment=None if payment is None else whole(payment, "payment"),
        amount=None if total is None else amount(total, "amount"),
    )


def _parts(rows: Sequence[object], noun: str, field: str) -> dict[int, Decimal]:
    """By record: what is paid or used of it, all that is said of it together."""
    found: dict[int, Decimal] = {}
    for row in rows:
        if not isinstance(row, Mapping):
            raise Invalid({field: [_("Each part must be a JSON object.")]})
        _refuse_beside(row, (noun, "amount"), field)
        record_id = whole(row.get(noun), field)
        part = amount(row.get("amount"), field)
        found[record_id] = found.get(record_id, Decimal(0)) + part
    return found


def amount(value: object, field: str) -> Decimal:
    """An amount of money, as text or number."""
    found = number(str(value)) if isinstance(value, str | int) else None
    if found is None or isinstance(value, bool):
        raise Invalid({field: [_('Send an amount such as "12.00".')]})
    return found
