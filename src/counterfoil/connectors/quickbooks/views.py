"""What Intuit calls: the way back from the consent page, and the webhook."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from counterfoil.connections import authorise
from counterfoil.core.errors import CounterfoilError
from counterfoil.sync import inbound
from counterfoil.workspaces.access import workspaces_of
from counterfoil.workspaces.models import User

MOST_BYTES = 2 * 1024 * 1024


@require_GET
@login_required
def callback(request: HttpRequest) -> HttpResponseBase:
    """Finish connecting; whatever goes wrong is said on the settings page."""
    user = request.user
    if not isinstance(user, User):
        raise Http404
    params = {name: str(value) for name, value in request.GET.items()}
    workspace_id = authorise.workspace_of(params.get("state", ""))
    try:
        connection = authorise.complete(
            user=user,
            session_key=request.session.session_key or "",
            service="quickbooks",
            params=params,
            now=timezone.now(),
        )
    except CounterfoilError as error:
        messages.error(request, str(error))
        return _back(user, workspace_id)
    messages.success(
        request,
        _("%(name)s is connected. Its data is being read now.")
        % {"name": connection.name},
    )
    return redirect("integration", workspace_id=connection.workspace_id)


def _back(user: User, workspace_id: int | None) -> HttpResponseBase:
    """To the settings of the workspace where it began, if it is one of the user's."""
    own = [workspace.pk for workspace in workspaces_of(user)]
    if workspace_id in own:
        return redirect("integration", workspace_id=workspace_id)
    if own:
        return redirect("integration", workspace_id=own[0])
    return redirect("root")


@csrf_exempt
@require_POST
def hook(request: HttpRequest) -> HttpResponse:
    """Store a signed delivery and answer; nothing of it is read here.

    A company that nobody here knows is no reason to refuse: Intuit would deliver to
    everybody again.
    """
    if not settings.QUICKBOOKS["webhook_token"]:
        return HttpResponse(status=401)
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > MOST_BYTES:
        return HttpResponse(status=413)
    genuine = inbound.store(
        service="quickbooks",
        body=request.body,
        headers={name.lower(): value for name, value in request.headers.items()},
        now=timezone.now(),
    )
    return HttpResponse(status=200 if genuine else 401)
