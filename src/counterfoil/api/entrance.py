"""Who may call, and what is answered when something is wrong."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from counterfoil.api import parsing
from counterfoil.core.errors import Invalid, Stale
from counterfoil.events.origin import Actor
from counterfoil.events.who import actor_of
from counterfoil.invoicing.order import NotReady
from counterfoil.workspaces import tokens
from counterfoil.workspaces.access import Access, Permission
from counterfoil.workspaces.models import ApiToken

BEARER = "Bearer "


class OutOfScope(Exception):
    """The token was not made for this; the argument is the scope that it lacks."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call: by whom, with what, and when."""

    request: HttpRequest
    access: Access
    token: ApiToken
    now: datetime

    @property
    def actor(self) -> Actor:
        """The program: whose token it has, and what that is called."""
        return actor_of(self.access)

    def require(self, scope: str, permission: Permission) -> None:
        """Raise :class:`OutOfScope` or ``PermissionDenied`` unless both allow it."""
        if scope not in self.token.scopes:
            raise OutOfScope(scope)
        self.access.require(permission)

    def body(self) -> Mapping[str, Any]:
        """The JSON object that was sent. Raises ``Invalid``."""
        return parsing.json_object(self.request)


View = Callable[..., JsonResponse]
Entrance = Callable[..., HttpResponse]


def api_view(
    *, scope: str, permission: Permission, method: str
) -> Callable[[View], Entrance]:
    """A view of the API: ``(call, ...)``.

    401 without a token that works, 405 for another method, 403 without the scope or the
    permission, 404 for what the workspace does not have, 422 with sentences by field for
    what cannot be accepted. HEAD is answered as GET: the server leaves out the body.
    """
    taken = ("GET", "HEAD") if method == "GET" else (method,)

    def decorate(view: View) -> Entrance:
        @csrf_exempt
        @wraps(view)
        def entrance(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            def answer(call: Call) -> HttpResponse:
                if request.method == "OPTIONS":
                    return _allowing(HttpResponse(status=204), taken)
                if request.method not in taken:
                    return _not_this_way(method, taken)
                return _answered(call, scope, permission, view, args, kwargs)

            return _entered(request, answer)

        return entrance

    return decorate


def nothing_here(request: HttpRequest) -> HttpResponse:
    """An address that the API does not have: 404, or 401 as everywhere without a token."""
    return _entered(request, lambda _call: _not_found())


def broken() -> JsonResponse:
    """500; it asks the database nothing, which may be what is broken."""
    sentence = _(
        "Something broke on our side. Send the request again, with the same "
        "Idempotency-Key: nothing is made twice."
    )
    return failed(500, "INTERNAL_ERROR", sentence)


def _entered(
    request: HttpRequest, answer: Callable[[Call], HttpResponse]
) -> HttpResponse:
    """Answer whoever sent a token that works, in that person's language."""
    now = datetime.now(UTC)  # noqa: TID251  the edge
    given = request.headers.get("Authorization", "")
    entered = None
    if given.startswith(BEARER):
        entered = tokens.enter(given[len(BEARER) :].strip(), now=now)
    if entered is None:
        return _unknown()
    access, token = entered
    with translation.override(access.user.language or access.workspace.language):
        return answer(Call(request, access, token, now))


def _answered(
    call: Call,
    scope: str,
    permission: Permission,
    view: View,
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
) -> JsonResponse:
    try:
        call.require(scope, permission)
        return view(call, *args, **kwargs)
    except OutOfScope as error:
        sentence = _("This token lacks the scope %(scope)s.") % {"scope": error}
        return failed(403, "MISSING_SCOPES", sentence)
    except PermissionDenied:
        sentence = _("%(name)s may not do this.") % {"name": call.access.user}
        return failed(403, "FORBIDDEN", sentence)
    except Http404:
        return _not_found()
    except Invalid as error:
        return failed(422, "VALIDATION_ERROR", str(error), _each(error))
    except Stale as error:
        return failed(409, "CONFLICT", str(error))


def _each(error: Invalid) -> list[dict[str, str]]:
    """Every message with the field that it is about, and the line where there is one."""
    if isinstance(error, NotReady):
        return [
            {"message": each.message, "in": each.field, "about": each.about}
            for each in error.problems
        ]
    return [
        {"message": message, "in": field}
        for field, messages in error.errors.items()
        for message in messages
    ]


def _unknown() -> JsonResponse:
    sentence = _("Send a token that works: Authorization: Bearer cf_…")
    response = failed(401, "INVALID_AUTHENTICATION", sentence)
    response["WWW-Authenticate"] = "Bearer"
    return response


def _not_this_way(method: str, taken: Sequence[str]) -> HttpResponse:
    sentence = _("Use %(method)s here.") % {"method": method}
    return _allowing(failed(405, "METHOD_NOT_ALLOWED", sentence), taken)


def _allowing(response: HttpResponse, taken: Sequence[str]) -> HttpResponse:
    response["Allow"] = ", ".join((*taken, "OPTIONS"))
    response["Cache-Control"] = "no-store"
    return response


def _not_found() -> JsonResponse:
    return failed(404, "OBJECT_NOT_FOUND", _("There is no such thing here."))


def failed(
    status: int,
    category: str,
    message: str,
    errors: Sequence[Mapping[str, str]] = (),
) -> JsonResponse:
    """An error in the shape that clients of CRM APIs know."""
    body = {
        "status": "error",
        "category": category,
        "message": message,
        "correlationId": str(uuid.uuid4()),
        "errors": list(errors),
    }
    response = JsonResponse(body, status=status)
    response["Cache-Control"] = "no-store"
    return response
