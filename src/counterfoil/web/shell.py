"""The frame of every page of a workspace: who may see it, and what stands around it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.template import loader
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from counterfoil.web import attention
from counterfoil.web.cards import Card, cards, cards_on
from counterfoil.web.membership import entering, membership_of
from counterfoil.web.navigation import navigation
from counterfoil.web.place import Place, entered, here, locale_of
from counterfoil.workspaces.access import (
    PERMISSIONS,
    Access,
    Permission,
    enter,
)
from counterfoil.workspaces.models import Membership, Role, User

__all__ = ["Card", "Request", "cards", "cards_on", "now", "render", "workspace_view"]

P = ParamSpec("P")
THEMES = ("light", "dark")
# What a workspace holds stays on no disk, so that nobody reads it after logging out.
NOT_KEPT = "private, no-store"
LAST_WORKSPACE = "last_workspace"


class Request(HttpRequest):
    """A request as views see it: signed in, with HTMX's headers read."""

    user: User
    htmx: HtmxDetails


def now() -> datetime:
    """The moment of the request being served: views pass it on."""
    found = here().now
    if found is None:
        raise RuntimeError("only a workspace's page has a moment")
    return found


def workspace_view(
    permission: Permission = Permission.VIEW,
) -> Callable[
    [Callable[Concatenate[Any, Access, P], HttpResponseBase]],
    Callable[..., HttpResponseBase],
]:
    """Make a view of a workspace: ``(request, access, ...)``.

    Not signed in: to the sign-in page. No member: 404, as if it did not exist. A member
    without ``permission``: 403, with who can grant it.
    """

    def decorate(
        view: Callable[Concatenate[Any, Access, P], HttpResponseBase],
    ) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def entrance(
            request: HttpRequest, workspace_id: int, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponseBase:
            access = _access(request, workspace_id)
            if access is None:
                return _to_sign_in(request)
            with entered(_place_of(access)):
                translation.activate(_language_of(access))
                _remember(request, workspace_id)
                try:
                    access.require(permission)
                    return _private(view(request, access, *args, **kwargs))
                except PermissionDenied as denial:
                    return _private(_refuse(cast("Request", request), access, denial))
                except Http404:
                    return _private(not_found(cast("Request", request), access))

        entrance.permission = permission  # type: ignore[attr-defined]
        return entrance

    return decorate


def _access(request: HttpRequest, workspace_id: int) -> Access | None:
    """The member's access; ``None`` for nobody in particular, 404 for a stranger."""
    with entering(workspace_id):
        user = request.user
        if not user.is_authenticated:
            return None
    membership = membership_of(user, workspace_id)
    if membership is None:
        return enter(user=user, workspace_id=workspace_id)
    return Access(membership.workspace, user, Role(membership.role))


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    htmx = cast("Request", request).htmx
    if htmx:
        query = {"next": htmx.current_url_abs_path or "/"}
        return HttpResponseClientRedirect(reverse("login", query=query))
    target = request.get_full_path() if request.method == "GET" else "/"
    return redirect_to_login(target, reverse("login"))


def _language_of(access: Access) -> str:
    return access.user.language or access.workspace.language


def _place_of(access: Access) -> Place:
    workspace = access.workspace
    return Place(
        locale_of(_language_of(access), workspace.country),
        workspace.zone,
        timezone.now(),  # noqa: TID251 (the edge of every page)
    )


def _remember(request: HttpRequest, workspace_id: int) -> None:
    if request.session.get(LAST_WORKSPACE) != workspace_id:
        request.session[LAST_WORKSPACE] = workspace_id


def render(  # noqa: PLR0913 (the frame's own words, all optional)
    request: HttpRequest,
    access: Access,
    template: str,
    context: Mapping[str, object],
    *,
    active: str = "",
    title: str = "",
    fragment: str | None = None,
    status: int = 200,
) -> HttpResponse:
    """A page in its frame, or only its block ``fragment`` when HTMX asks for it."""
    htmx = cast("Request", request).htmx
    if fragment and htmx and not htmx.boosted and not htmx.history_restore_request:
        return render_block(request, access, template, fragment, context, status=status)
    frame = {
        **basics(request, access),
        **context,
        "title": title,
        "frame": {
            "navigation": list(navigation(access.workspace.pk, active)),
            "attention": attention.count(access.workspace, now()),
            "active": active,
        },
    }
    page = loader.render_to_string(template, frame, request)
    return HttpResponse(page, status=status)


def _private(response: HttpResponseBase) -> HttpResponseBase:
    """For this reader only and kept nowhere; a fragment is not its page."""
    response.headers.setdefault("Cache-Control", NOT_KEPT)
    patch_vary_headers(response, ["HX-Request"])
    return response


def render_block(
    request: HttpRequest,
    access: Access,
    template: str,
    block: str,
    context: Mapping[str, object],
    *,
    status: int = 200,
) -> HttpResponse:
    """Only one block of a template: what HTMX swaps in."""
    source = loader.get_template(template).template  # type: ignore[attr-defined]
    values = {**basics(request, access), **context, "title": "", "frame": None}
    inner = source.new_context(values)
    text = "".join(source.blocks[block](inner))
    return HttpResponse(text, status=status)


def basics(request: HttpRequest, access: Access) -> dict[str, object]:
    """What every template of a workspace may use, without a query."""
    from django.template.backends.utils import (  # noqa: PLC0415
        csrf_input,
        csrf_token_lazy,
    )

    return {
        "request": request,
        "csrf_input": csrf_input(request),
        "csrf_token": csrf_token_lazy(request),
        "workspace": access.workspace,
        "workspace_id": access.workspace.pk,
        "user": access.user,
        "access": access,
        "may": lambda name: access.may(Permission(name)),
        "theme": theme_of(request),
        "now": here().now,
    }


def theme_of(request: HttpRequest) -> str:
    """The chosen theme, or ``""`` to follow the system."""
    chosen = request.COOKIES.get("theme", "")
    return chosen if chosen in THEMES else ""


def _refuse(request: Request, access: Access, denial: PermissionDenied) -> HttpResponse:
    try:
        permission = Permission(str(denial))
    except ValueError:
        permission = Permission.VIEW
    granting = [role for role in Role if permission in PERMISSIONS[role]]
    people = (
        Membership.objects.filter(
            workspace=access.workspace,
            role__in=[r for r in Role if Permission.MANAGE_PEOPLE in PERMISSIONS[r]],
        )
        .select_related("user")
        .order_by("created_at", "id")[:5]
    )
    context = {
        "roles": [role.label for role in granting],
        "people": [member.user for member in people],
    }
    return render(
        request,
        access,
        "errors/403.html",
        context,
        title=str(translation.gettext("Not allowed")),
        status=403,
    )


def not_found(request: Request, access: Access) -> HttpResponse:
    """The 404 of a member: in the frame, so that there is a way on."""
    return render(
        request,
        access,
        "errors/404.html",
        {},
        title=str(translation.gettext("Not found")),
        status=404,
    )
