"""What a value comes to when spelling is left aside.

The other side trims, lower-cases, formats and shortens: two spellings of one value must
not look like an edit. Every form is idempotent, and what a side makes of a value has the
value's own form: ``canon(kept(x)) == canon(x)``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation

from counterfoil.sync.engine.fields import FieldKind, Rule

_SPACE = re.compile(r"\s+")
_BREAKS = re.compile(r"[ \t\f\v]*(?:\r\n|\r|\n)[ \t\f\v]*")
_BLANKS = re.compile(r"[ \t\f\v]+")
_SEVERAL = re.compile(r"[,;]")
_NOT_DIALLED = re.compile(r"[^0-9a-z+,;#*]")
_SCHEME = re.compile(r"^https?://(?:www\.)?")
TRUE = frozenset({"true", "1", "yes"})
# Written out, a number of a few characters may be longer than there is room for.
MOST_DIGITS = 100


def canon(rule: Rule, value: object) -> str:
    """The form of ``value`` by which it is compared; ``""`` is "not known"."""
    form = _FORMS[rule.kind]
    text = _settled(form, _plain(value))
    return _settled(form, text[: rule.longest]) if rule.longest else text


def addresses(text: str) -> list[str]:
    """The e-mail addresses of a field that holds one or several."""
    parts = (part.strip() for part in _SEVERAL.split(text))
    return [part for part in parts if part]


def first_address(text: str) -> str:
    """The one that counts: a person here has one, a customer there may have several."""
    if "," not in text and ";" not in text:
        return text.strip()
    return next(iter(addresses(text)), "")


def is_empty(value: object) -> bool:
    """Whether there is nothing in it. ``False`` and ``0`` are something."""
    return value is None or (isinstance(value, str) and not value.strip())


def _settled(form: Callable[[str], str], text: str) -> str:
    """Applied until nothing changes: what a form leaves may be in need of it again."""
    while (again := form(text)) != text:
        text = again
    return text


def _plain(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return ";".join(sorted(_plain(each) for each in value))
    return str(value)


def _text(value: str) -> str:
    return _SPACE.sub(" ", unicodedata.normalize("NFC", value)).strip()


def _long_text(value: str) -> str:
    text = unicodedata.normalize("NFC", value)
    return _BLANKS.sub(" ", _BREAKS.sub("\n", text)).strip()


def _email(value: str) -> str:
    return first_address(_text(value).casefold())


def _phone(value: str) -> str:
    return _NOT_DIALLED.sub("", _text(value).casefold())


def _url(value: str) -> str:
    return _SCHEME.sub("", _text(value).casefold()).rstrip("/")


def _number(value: str) -> str:
    text = value.strip()
    if not text:
        return ""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return _text(value)
    if not number.is_finite() or abs(number.adjusted()) > MOST_DIGITS:
        return _text(value)
    plain = format(number, "f")
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return "0" if plain in {"-0", ""} else plain


def _date(value: str) -> str:
    return value.strip()[:10]


def _yes_no(value: str) -> str:
    text = value.strip().casefold()
    return "" if not text else str(text in TRUE).lower()


_FORMS: Mapping[FieldKind, Callable[[str], str]] = {
    FieldKind.TEXT: _text,
    FieldKind.LONG_TEXT: _long_text,
    FieldKind.NAME: _text,
    FieldKind.EMAIL: _email,
    FieldKind.PHONE: _phone,
    FieldKind.URL: _url,
    FieldKind.NUMBER: _number,
    FieldKind.MONEY: _number,
    FieldKind.DATE: _date,
    FieldKind.YES_NO: _yes_no,
    FieldKind.CHOICE: _text,
    FieldKind.REFERENCE: _text,
}
