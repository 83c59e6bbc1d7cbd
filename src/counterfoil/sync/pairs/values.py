"""Values on their way: records and contents as plain JSON, and back into either's form."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import cache
from typing import Any

from counterfoil.core.errors import Invalid
from counterfoil.crm.catalogue import Property
from counterfoil.crm.models import Record
from counterfoil.crm.property_types.base import PropertyType
from counterfoil.crm.property_types.choice import Choice
from counterfoil.crm.property_types.date import Date
from counterfoil.crm.property_types.email import Email
from counterfoil.crm.property_types.number import NumberType, plain
from counterfoil.crm.property_types.text import Text, TextType
from counterfoil.crm.property_types.url import Url
from counterfoil.sync.engine.canon import (
    TRUE,
    addresses,
    canon,
    first_address,
    is_empty,
)
from counterfoil.sync.engine.decide import Values
from counterfoil.sync.engine.fields import FieldKind, Rule

Spelling = Callable[[Any, FieldKind, object], object]
_AROUND_HOST = re.compile(r"^[a-z][a-z0-9+.-]*://|^www\.", re.IGNORECASE)


def of_record(
    record: Record, rules: Sequence[Rule], properties: Mapping[str, Property]
) -> dict[str, object]:
    """What a record holds of the mapped properties, as JSON."""
    found: dict[str, object] = {}
    for rule in rules:
        prop = properties.get(rule.local)
        if prop is not None:
            found[rule.local] = prop.type.serialise(prop.of(record))
    return found


def of_content(content: Values, rules: Sequence[Rule]) -> dict[str, object]:
    """What an object holds of the mapped fields; dots reach into parts."""
    return {rule.remote: told(content, rule.remote) for rule in rules}


def all_told(content: Values, rules: Iterable[Rule]) -> list[object]:
    """What an object holds by each of the rules."""
    return [
        told(content, name) if "." in (name := rule.remote) else content.get(name)
        for rule in rules
    ]


def told(content: Values, name: str) -> object:
    """One field of a content."""
    first, dot, rest = name.partition(".")
    if not dot:
        return content.get(name)
    value = content.get(first)
    return value.get(rest) if isinstance(value, Mapping) else None


def fitted(
    values: Values, properties: Mapping[str, Property], rules: Sequence[Rule]
) -> tuple[dict[str, Any], dict[str, str]]:
    """The values that fit, and a sentence for each that the property cannot hold.

    Longer texts are cut and finer numbers rounded: what is kept is this side's spelling.
    """
    return fitted_by_kind(values, properties, kinds_of(rules))


def kinds_of(rules: Iterable[Rule]) -> dict[str, FieldKind]:
    """How each property's values are compared."""
    return {rule.local: rule.kind for rule in rules}


def fitted_by_kind(
    values: Values,
    properties: Mapping[str, Property],
    kinds: Mapping[str, FieldKind],
) -> tuple[dict[str, Any], dict[str, str]]:
    """As ``fitted``, for many objects under the same rules."""
    fit: dict[str, Any] = {}
    unfit: dict[str, str] = {}
    for name, value in values.items():
        prop = properties.get(name)
        if prop is None:
            continue
        if is_empty(value):
            if not prop.required:
                fit[name] = None
            continue
        kind = kinds.get(name, FieldKind.TEXT)
        if type(value) is str and (text := _as_it_is(prop.type, kind, value)):
            fit[name] = text
            continue
        try:
            fit[name] = prop.type.parse(_spelled(prop, kind, value))
        except (Invalid, InvalidOperation) as error:
            unfit[name] = str(error)
    return fit, unfit


def _as_it_is(kept: PropertyType, kind: FieldKind, value: str) -> str:
    """A text that neither its spelling nor its type would change; else ``""``."""
    if type(kept) is not Text or kind is FieldKind.URL:
        return ""
    text = value.strip()
    if len(text) > kept.longest or "\r" in text or "\x00" in text:
        return ""
    return text


def _spelled(prop: Property, kind: FieldKind, value: object) -> object:
    """In a form that the property's type reads."""
    spelling = _spelling_of(type(prop.type))
    return value if spelling is None else spelling(prop.type, kind, value)


@cache
def _spelling_of(kind: type[PropertyType]) -> Spelling | None:
    found = (each for wanted, each in _SPELLINGS.items() if issubclass(kind, wanted))
    return next(found, None)


def _one_address(_type: Any, _kind: FieldKind, value: object) -> object:
    """The first of several addresses: a record has one."""
    return first_address(_as_text(value))


def _short_text(kept: Any, kind: FieldKind, value: object) -> object:
    """Cut to its length; a web address in a plain text is kept without its trimmings."""
    text = _as_text(value).strip()
    if kind is FieldKind.URL and not isinstance(kept, Url):
        text = _host(text)
    longest: int = kept.longest
    return text if len(text) <= longest else text[:longest].strip()


def _host(text: str) -> str:
    while (shorter := _AROUND_HOST.sub("", text)) != text:
        text = shorter
    return text.partition("/")[0]


def _option(kept: Any, _kind: FieldKind, value: object) -> object:
    """An option by its value, in any case."""
    text = _as_text(value)
    wanted = text.strip().casefold()
    options = (option for option, _label in kept.choices)
    return next((each for each in options if each.casefold() == wanted), text)


def _rounded(kept: Any, _kind: FieldKind, value: object) -> object:
    step = Decimal(1).scaleb(-kept.places)
    number = Decimal(_as_text(value).strip())
    if not number.is_finite():
        return _as_text(value)
    return number.quantize(step, rounding=ROUND_HALF_UP)


def _day(_type: Any, _kind: FieldKind, value: object) -> object:
    return _as_text(value).strip()[:10]


_SPELLINGS: Mapping[type, Spelling] = {
    Email: _one_address,
    TextType: _short_text,
    Choice: _option,
    NumberType: _rounded,
    Date: _day,
}


def for_content(
    values: Values, rules: Sequence[Rule], current: Values | None = None
) -> dict[str, object]:
    """Values by remote field, as we spell them, ready for a document or an update.

    Numbers are plain text, days ISO, yes and no are ``bool``; ``""`` empties a field.
    ``current`` is the content that is updated: its further e-mail addresses stay.
    """
    by_name = {rule.remote: rule for rule in rules}
    return {
        name: _sent(by_name[name], value, told(current or {}, name))
        for name, value in values.items()
        if name in by_name
    }


def _sent(rule: Rule, value: object, current: object = None) -> object:
    if is_empty(value):
        return ""
    if rule.kind is FieldKind.EMAIL:
        return _beside_others(rule, _as_text(value).strip(), current)
    if rule.kind is FieldKind.YES_NO:
        return _as_text(value).strip().casefold() in TRUE
    text = _as_text(value).strip()
    if rule.kind is FieldKind.URL and "://" not in text:
        text = f"https://{text}"
    if rule.kind is FieldKind.PHONE and 0 < rule.longest < len(text):
        text = canon(rule, text)  # a shorter spelling rather than a shorter number
    return text[: rule.longest].strip() if rule.longest else text


def _beside_others(rule: Rule, address: str, current: object) -> str:
    """In the place of the first address there; the others are not ours to drop."""
    others = [
        each
        for each in addresses(_as_text(current or ""))[1:]
        if each.casefold() != address.casefold()
    ]
    while rule.longest and others and len(", ".join([address, *others])) > rule.longest:
        others.pop()
    return ", ".join([address, *others])


def _as_text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, list | tuple):
        return "; ".join(_as_text(each) for each in value)
    return str(value)
