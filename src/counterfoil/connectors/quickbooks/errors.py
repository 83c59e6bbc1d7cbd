"""Turns Intuit's faults into our errors, with sentences that a bookkeeper understands.

The tables follow Intuit's list of error codes. What is not in them keeps QuickBooks' own
words, so that nothing is hidden.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from counterfoil.connectors.quickbooks.faults import Fault
from counterfoil.connectors.quickbooks.sentences import (
    ELEMENTS,
    REFERENCES,
    RULES,
    SENTENCES,
    SUBSCRIPTION,
)
from counterfoil.core.errors import (
    CounterfoilError,
    Gone,
    NeedsReconnect,
    Rejected,
    Retryable,
    Stale,
    Unclear,
)

THROTTLE_CODES = frozenset({"3001"})
DEAD_GRANT_CODES = frozenset({"100", "110", "120", "3100", "3200", "3202"})
UNCLEAR_CODES = frozenset({"600", "10000", "10100", "10200"})


def error_for(fault: Fault, *, is_write: bool) -> CounterfoilError:
    """The error that says what to do about ``fault``.

    A write whose outcome is not certain is ``Unclear``; the same answer to a read is
    ``Retryable``.
    """
    gateway = _from_the_gateway(fault)
    if gateway is not None:
        return gateway
    if fault.code in UNCLEAR_CODES or fault.status >= 500 or not fault.code:
        return _uncertain(fault, is_write=is_write)
    special = _SPECIAL.get(fault.code, _listed)
    return special(fault)


def not_readable(*, is_write: bool, correlation_id: str) -> CounterfoilError:
    """The error for an answer that makes no sense, such as a page of HTML."""
    fault = Fault(200, correlation_id=correlation_id)
    return _uncertain(fault, is_write=is_write)


def rest() -> timedelta:
    """How long nobody calls a company that has had too many calls."""
    return timedelta(seconds=float(str(settings.QUICKBOOKS["throttle_rest"])))


def throttled(correlation_id: str = "") -> Retryable:
    """Too many calls: nothing was done, and a minute later it may be."""
    return Retryable(
        _("QuickBooks has had as many calls as it allows for the moment."),
        after=rest(),
        correlation_id=correlation_id,
    )


def _from_the_gateway(fault: Fault) -> CounterfoilError | None:
    if fault.status == 429 or fault.code in THROTTLE_CODES:
        return throttled(fault.correlation_id)
    if fault.status == 401:
        return Retryable(
            _("QuickBooks did not accept the connection's token."),
            after=rest(),
            correlation_id=fault.correlation_id,
        )
    if fault.status == 403 and fault.code == "6190":
        return _subscription(fault)
    if fault.status == 403 or fault.code in DEAD_GRANT_CODES:
        return NeedsReconnect(
            _("QuickBooks no longer lets Counterfoil in. Connect the company again."),
            correlation_id=fault.correlation_id,
        )
    return None


def _uncertain(fault: Fault, *, is_write: bool) -> CounterfoilError:
    tid = fault.correlation_id
    if is_write:
        return Unclear(
            _("QuickBooks did not say whether it was done."), correlation_id=tid
        )
    return Retryable(_("QuickBooks could not answer."), correlation_id=tid)


def _rejected(fault: Fault, field: str, sentence: str) -> Rejected:
    return Rejected(
        sentence,
        field=field,
        code=fault.code,
        detail=fault.detail or fault.message,
        correlation_id=fault.correlation_id,
    )


def _listed(fault: Fault) -> CounterfoilError:
    if fault.code in SENTENCES:
        field, sentence = SENTENCES[fault.code]
        return _rejected(fault, field or _field(fault), _(sentence))
    own_words = _own_words(fault)
    sentence = _("QuickBooks refused: %(words)s") % {"words": own_words}
    return _rejected(fault, _field(fault), sentence)


def _own_words(fault: Fault) -> str:
    """QuickBooks' sentence without the title that it repeats in front."""
    words = re.sub(r"\s+", " ", fault.detail or fault.message).strip()
    words = re.sub(r"^[A-Z][A-Za-z ]{4,60} ?: ?(?=\S)", "", words)
    return words[:500] or fault.code


def _field(fault: Fault) -> str:
    if fault.element in ELEMENTS:
        return ELEMENTS[fault.element]
    mentioned = (name for name in ELEMENTS if re.search(rf"\b{name}\b", fault.detail))
    return ELEMENTS.get(next(mentioned, ""), "")


def _missing(fault: Fault) -> CounterfoilError:
    """610 and 2500: something that a document names is gone or inactive."""
    words = f"{fault.detail} {fault.element}".lower()
    if "made inactive" not in words and fault.code == "610":
        return Gone(
            _("It no longer exists in QuickBooks."), correlation_id=fault.correlation_id
        )
    if "check the fields with" in words:
        sentence = _(
            "A customer, product or account in it is inactive in QuickBooks. Make it"
            " active there or choose another."
        )
        return _rejected(fault, "", sentence)
    for needle, field, noun in REFERENCES:
        if needle in words:
            sentence = _(
                "%(thing)s is inactive or no longer exists in QuickBooks. Choose another."
            )
            return _rejected(fault, field, sentence % {"thing": _(noun)})
    sentence = _("Something it refers to no longer exists in QuickBooks.")
    return _rejected(fault, "", sentence)


def _required(fault: Fault) -> CounterfoilError:
    named = re.search(r"parameter (\w+)", fault.detail)
    element = fault.element or (named[1] if named else "")
    sentence = _("QuickBooks needs a value that is missing: %(name)s.")
    return _rejected(
        fault, ELEMENTS.get(element, ""), sentence % {"name": element or fault.detail}
    )


def _length(fault: Fault) -> CounterfoilError:
    limits = re.search(r"Max:\s*(\d+)", fault.detail)
    if limits is None:
        sentence = _("A text is too long for QuickBooks. Shorten it.")
    else:
        sentence = _(
            "A text is too long for QuickBooks: at most %(max)s characters."
        ) % {"max": limits[1]}
    return _rejected(fault, _field(fault), sentence)


def _stale(fault: Fault) -> CounterfoilError:
    return Stale(
        _("Somebody changed it in QuickBooks meanwhile."),
        correlation_id=fault.correlation_id,
    )


def _rule(fault: Fault) -> CounterfoilError:
    """6000 says only that a rule of the books forbids it; its words say which."""
    words = re.sub(r"\s+", " ", f"{fault.detail} {fault.message}")
    for pattern, field, sentence in RULES:
        if re.search(pattern, words, re.IGNORECASE):
            return _rejected(fault, field, _(sentence))
    return _listed(fault)


def _subscription(fault: Fault) -> CounterfoilError:
    words = f"{fault.detail} {fault.message}"
    for pattern, sentence in SUBSCRIPTION:
        if re.search(pattern, words, re.IGNORECASE):
            return _rejected(fault, "", _(sentence))
    return _listed(fault)


def _number_taken(fault: Fault) -> CounterfoilError:
    """Newer refusals name the number, older ones do not."""
    named = re.search(r"DocNumber=(\S{1,21}) is assigned", fault.detail)
    if named is None:
        return _listed(fault)
    sentence = _("Number %(number)s is already used in QuickBooks. Choose another.")
    return _rejected(fault, "number", sentence % {"number": named[1]})


def _account(fault: Fault) -> CounterfoilError:
    field = ELEMENTS.get(fault.element, "account")
    _field, sentence = SENTENCES[fault.code]
    return _rejected(fault, field, _(sentence))


_SPECIAL: dict[str, Callable[[Fault], CounterfoilError]] = {
    "610": _missing,
    "2500": _missing,
    "2020": _required,
    "2050": _length,
    "5010": _stale,
    "6000": _rule,
    "6140": _number_taken,
    "6190": _subscription,
    "6430": _account,
}
