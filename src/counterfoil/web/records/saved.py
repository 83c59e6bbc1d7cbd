"""Lists under a name: a person's own, and those that the workspace shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.http import Http404, QueryDict
from django.utils.translation import gettext as _

from counterfoil.core.errors import Invalid
from counterfoil.crm.catalogue import ObjectType
from counterfoil.web.models import SavedView
from counterfoil.web.records.asked import Asked, asked
from counterfoil.workspaces.access import Access, Permission

LONGEST_NAME = 60
LONGEST_QUERY = 6_000
MOST_OWN = 30
MOST_SHARED = 60


@dataclass(frozen=True)
class Entry:
    """What the form says of a view."""

    name: str = ""
    is_shared: bool = False


@dataclass(frozen=True)
class Saved:
    """A saved view as a tab; ``owner`` is named where it is not the reader's own."""

    view: SavedView
    address: str
    owner: str
    is_current: bool
    is_changed: bool
    may_change: bool


def opened(view: SavedView) -> Asked:
    """The list that a view names."""
    return replace(asked(QueryDict(view.query)), saved=str(view.pk))


def tabs(access: Access, noun: ObjectType, wanted: Asked) -> list[Saved]:
    """The views that a person sees over the lists of a noun."""
    rows = _visible(access, noun).select_related("owner")
    views = rows.order_by(Lower("name"), "id")[: MOST_OWN + MOST_SHARED]
    return [_tab(access, view, wanted) for view in views]


def _tab(access: Access, view: SavedView, wanted: Asked) -> Saved:
    is_current = wanted.saved == str(view.pk)
    return Saved(
        view,
        opened(view).query,
        "" if view.owner_id == access.user.pk else str(view.owner),
        is_current,
        is_changed=is_current and query_of(wanted) != view.query,
        may_change=may_change(access, view),
    )


def current(views: Sequence[Saved]) -> Saved | None:
    return next((saved for saved in views if saved.is_current), None)


def query_of(wanted: Asked) -> str:
    """What a view keeps of a list, always written in one way."""
    return wanted.lasting.query[1:]


def one(access: Access, noun: ObjectType, view_id: int) -> SavedView:
    """A view that this person may change; to others of theirs it does not exist."""
    view = _visible(access, noun).filter(pk=view_id).first()
    if view is None:
        raise Http404
    if not may_change(access, view):
        access.require(Permission.MANAGE_SETTINGS)
    return view


def may_change(access: Access, view: SavedView) -> bool:
    """Its owner, and whoever runs the workspace where it is shared."""
    return view.owner_id == access.user.pk or (
        view.is_shared and access.may(Permission.MANAGE_SETTINGS)
    )


def may_share(access: Access) -> bool:
    return access.may(Permission.EDIT_RECORDS)


def create(
    *, access: Access, noun: ObjectType, entry: Entry, wanted: Asked, now: datetime
) -> SavedView:
    """Save a list under a name. Raises ``Invalid`` with sentences by field."""
    view = SavedView(
        workspace=access.workspace,
        owner=access.user,
        object_type=noun.key,
        query=_checked(query_of(wanted)),
        created_at=now,
    )
    own = SavedView.objects.filter(
        workspace=access.workspace, owner=access.user, object_type=noun.key
    )
    if own.count() >= MOST_OWN:
        sentence = _("You have %(most)s saved views here. Delete one first.")
        raise Invalid({"": [sentence % {"most": MOST_OWN}]})
    return _written(access, view, entry, now)


def change(
    *, access: Access, view: SavedView, entry: Entry, now: datetime
) -> SavedView:
    """Rename it, share it, or keep it to oneself."""
    return _written(access, view, entry, now)


def keep(*, view: SavedView, wanted: Asked, now: datetime) -> SavedView:
    """Let the name mean the list as it is now."""
    view.query = _checked(query_of(wanted))
    view.updated_at = now
    view.save(update_fields=["query", "updated_at"])
    return view


def _written(access: Access, view: SavedView, entry: Entry, now: datetime) -> SavedView:
    name = " ".join(entry.name.replace("\0", "").split())
    if not name:
        raise Invalid({"name": [_("Enter a name.")]})
    if len(name) > LONGEST_NAME:
        sentence = _("Use at most %(most)s characters.") % {"most": LONGEST_NAME}
        raise Invalid({"name": [sentence]})
    if entry.is_shared and not view.is_shared:
        _check_sharing(access, view)
    view.name, view.is_shared, view.updated_at = name, entry.is_shared, now
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError as error:
        sentence = _("There is a view of that name. Choose another one.")
        raise Invalid({"name": [sentence]}) from error
    return view


def _check_sharing(access: Access, view: SavedView) -> None:
    if not may_share(access):
        raise Invalid({"is_shared": [_("Your role cannot share views.")]})
    shared = SavedView.objects.filter(
        workspace=access.workspace, object_type=view.object_type, is_shared=True
    )
    if shared.count() >= MOST_SHARED:
        sentence = _("The workspace shares %(most)s views here. Delete one first.")
        raise Invalid({"is_shared": [sentence % {"most": MOST_SHARED}]})


def _checked(query: str) -> str:
    if len(query) > LONGEST_QUERY:
        raise Invalid({"": [_("This list asks for too much. Remove some filters.")]})
    return query


def _visible(access: Access, noun: ObjectType) -> QuerySet[SavedView]:
    return SavedView.objects.filter(
        Q(owner=access.user) | Q(is_shared=True),
        workspace=access.workspace,
        object_type=noun.key,
    )
