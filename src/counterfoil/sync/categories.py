"""Causes why something could not be synced, in a bookkeeper's words, with what to do.

A connector says which of its service's codes stand for which cause (:data:`causes`);
everything else is known by the kind of error or by the field that it names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from counterfoil.core.errors import (
    Gone,
    Invalid,
    NeedsReconnect,
    Rejected,
    Retryable,
    Stale,
    Unclear,
)
from counterfoil.core.registry import Registry


class Action(StrEnum):
    """What a person can do about it; each is a button."""

    RETRY = "retry"
    EDIT_HERE = "edit_here"
    OPEN_THERE = "open_there"
    IGNORE = "ignore"
    LINK = "link"
    RECONNECT = "reconnect"
    CHANGE_SETTINGS = "change_settings"


@dataclass(frozen=True, slots=True)
class Category:
    """A cause: ``label`` heads its group, ``sentence`` says what it is and what helps."""

    key: str
    label: Any
    sentence: Any
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class Causes:
    """Which of a service's codes stand for which category; ``key`` is the service's."""

    key: str
    by_code: Mapping[str, str]


causes: Registry[Causes] = Registry("causes of a service")

_EDIT = (Action.EDIT_HERE, Action.RETRY, Action.IGNORE)
_THERE = (Action.OPEN_THERE, Action.RETRY, Action.IGNORE)
_LATER = (Action.RETRY, Action.IGNORE)
_SETTINGS = (Action.CHANGE_SETTINGS, Action.RETRY, Action.IGNORE)

NAME_TAKEN, NEEDS_CHOICE, UNCERTAIN = "name_taken", "needs_choice", "uncertain"
BUSY, GONE, OTHER, OURS = "busy", "gone", "other", "ours"
SUBSCRIPTION, LATER = "subscription", "later"
# What no single record is at fault for.
OF_THE_COMPANY = frozenset({SUBSCRIPTION, LATER})
_ALL: tuple[Category, ...] = (
    Category(
        NAME_TAKEN,
        _("The name is already used"),
        _(
            "A customer, vendor or employee there has this name already. Give the record"
            " another name, or link it to the customer of that name."
        ),
        (Action.LINK, Action.EDIT_HERE, Action.RETRY, Action.IGNORE),
    ),
    Category(
        "name",
        _("The name cannot be used"),
        _("The name is missing, too long, or holds a colon. Change it and try again."),
        _EDIT,
    ),
    Category(
        "email",
        _("The e-mail address is not accepted"),
        _("Correct the e-mail address of the record, or clear it."),
        _EDIT,
    ),
    Category(
        "website",
        _("The web address is not accepted"),
        _("Correct the web address of the record, or clear it."),
        _EDIT,
    ),
    Category(
        "too_long",
        _("A text is too long"),
        _("A text is longer than the books keep. Shorten it and try again."),
        _EDIT,
    ),
    Category(
        "characters",
        _("A text holds characters that cannot be stored"),
        _("Replace the unusual characters in the texts of the record."),
        _EDIT,
    ),
    Category(
        "missing_value",
        _("A value is missing"),
        _("The books need a value that the record does not have. Fill it in."),
        _EDIT,
    ),
    Category(
        "bad_value",
        _("A value is not accepted"),
        _("A value of the record is not one that the books accept. Correct it."),
        _EDIT,
    ),
    Category(
        "currency",
        _("The currency is not accepted"),
        _(
            "The books do not use this currency, or do not let it be changed. Turn it on"
            " there, or choose another."
        ),
        (Action.EDIT_HERE, Action.OPEN_THERE, Action.RETRY, Action.IGNORE),
    ),
    Category(
        "reference",
        _("Something it refers to is missing or inactive"),
        _(
            "Terms, an account, a tax code or a parent that it names no longer exists"
            " there or is inactive. Make it active there, or choose another."
        ),
        (Action.EDIT_HERE, Action.OPEN_THERE, Action.RETRY, Action.IGNORE),
    ),
    Category(
        NEEDS_CHOICE,
        _("Something has to be chosen in the settings"),
        _(
            "The books need an account, or another value, that is chosen once in the"
            " settings. Choose it, then try again."
        ),
        _SETTINGS,
    ),
    Category(
        "tax",
        _("The tax is not accepted"),
        _("The books do not accept the tax code or the tax details. Correct them."),
        _EDIT,
    ),
    Category(
        "parent",
        _("Its place below another customer or category is not accepted"),
        _(
            "The books do not accept its parent, or the number of levels. Change it there."
        ),
        _THERE,
    ),
    Category(
        "has_balance",
        _("It still has a balance or open documents"),
        _(
            "It cannot be made inactive or changed while something of it is open or"
            " linked. Settle that there first."
        ),
        _THERE,
    ),
    Category(
        "closed_books",
        _("The books are closed"),
        _("The date is before the closing date of the books. Ask your bookkeeper."),
        _THERE,
    ),
    Category(
        "not_allowed",
        _("It is not allowed there"),
        _(
            "Who connected the company may not do this there, or its plan does not"
            " include it."
        ),
        (Action.RECONNECT, Action.OPEN_THERE, Action.RETRY, Action.IGNORE),
    ),
    Category(
        SUBSCRIPTION,
        _("The company's subscription has a problem"),
        _("Open the company there and put its subscription in order, then try again."),
        (Action.OPEN_THERE, Action.RETRY),
    ),
    Category(
        "reconnect",
        _("The connection has ended"),
        _("Connect the company again; what was waiting then goes on by itself."),
        (Action.RECONNECT,),
    ),
    Category(
        LATER,
        _("The books could not be reached"),
        _("It is tried again by itself. You need not do anything."),
        _LATER,
    ),
    Category(
        UNCERTAIN,
        _("It is not certain whether it arrived"),
        _(
            "The books did not say whether it was done. Look for it there before trying"
            " again."
        ),
        (Action.OPEN_THERE, Action.RETRY, Action.IGNORE),
    ),
    Category(
        BUSY,
        _("It changes there all the time"),
        _("Somebody changed it there each time it was about to be written."),
        _THERE,
    ),
    Category(
        GONE,
        _("It no longer exists there"),
        _("It was deleted there or merged into another one."),
        (Action.LINK, Action.RETRY, Action.IGNORE),
    ),
    Category(
        "duplicate",
        _("It exists there already"),
        _("The books hold the same thing already. Link it instead of creating it."),
        (Action.LINK, Action.OPEN_THERE, Action.RETRY, Action.IGNORE),
    ),
    Category(
        "unreadable",
        _("It could not be read"),
        _("What the books hold does not fit here, and was left out."),
        (Action.OPEN_THERE, Action.RETRY, Action.IGNORE),
    ),
    Category(
        "unfit_value",
        _("A value does not fit here"),
        _("A value of the books does not fit the property here and was left out."),
        (Action.OPEN_THERE, Action.CHANGE_SETTINGS, Action.RETRY, Action.IGNORE),
    ),
    Category(
        "refused_here",
        _("It could not be written here"),
        _("The record could not be written with what the books hold. Correct either."),
        (Action.OPEN_THERE, Action.EDIT_HERE, Action.RETRY, Action.IGNORE),
    ),
    Category(
        OURS,
        _("Something went wrong at our end"),
        _("It is tried again by itself. If it stays, tell us its number."),
        _LATER,
    ),
    Category(
        OTHER,
        _("The books refused it"),
        _("Read what they say, correct the record here or there, and try again."),
        (Action.EDIT_HERE, Action.OPEN_THERE, Action.RETRY, Action.IGNORE),
    ),
)
CATEGORIES: Mapping[str, Category] = {each.key: each for each in _ALL}

# A refusal of ours, before anything was sent, has no code: it names a field.
BY_FIELD: Mapping[str, str] = {
    "name": "name",
    "display_name": "name",
    "email": "email",
    "website": "website",
    "income_account": NEEDS_CHOICE,
    "currency": "currency",
    "terms": "reference",
    "tax_code": "tax",
}
BY_KIND: Mapping[type[Exception], str] = {
    Gone: GONE,
    Stale: BUSY,
    Retryable: LATER,
    Unclear: UNCERTAIN,
    NeedsReconnect: "reconnect",
    Invalid: "refused_here",
    Rejected: OTHER,
}


def of(error: Exception, *, service: str = "") -> Category:
    """What an error comes to, by its code, its field or its kind."""
    code = str(getattr(error, "code", ""))
    known = of_code(code, service=service) if code else None
    if known is not None:
        return known
    if isinstance(error, Rejected) and not code:
        return CATEGORIES[BY_FIELD.get(error.field, "bad_value")]
    return CATEGORIES[BY_KIND.get(type(error), OURS)]


def of_code(code: str, *, service: str = "") -> Category | None:
    """What a service's code stands for; of any service where none is named."""
    for each in causes:
        if (not service or each.key == service) and code in each.by_code:
            return CATEGORIES[each.by_code[code]]
    return None


def by_key(key: str) -> Category:
    """A category by the key that an issue keeps; an unknown one is the general one."""
    return CATEGORIES.get(key, CATEGORIES[OTHER])
