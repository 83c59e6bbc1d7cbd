"""Files that are kept with a document: listed, added, downloaded, removed."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from counterfoil.core.errors import Invalid
from counterfoil.crm import attachments, queries
from counterfoil.crm.catalogue import type_of
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor
from counterfoil.web.invoicing.tellings import name_of
from counterfoil.web.invoicing.wizard import record_address
from counterfoil.web.shell import Request, now, render, workspace_view
from counterfoil.workspaces.access import Access, Permission

WRONG = 422


@require_http_methods(["GET", "HEAD"])
@workspace_view()
def listed(request: Request, access: Access, noun: str, record_id: int) -> HttpResponse:
    """The files of a document."""
    return _page(request, access, Ref(noun, record_id))


@workspace_view(Permission.EDIT_RECORDS)
@require_POST
def add(request: Request, access: Access, noun: str, record_id: int) -> HttpResponse:
    """Keep one more file with it."""
    ref = Ref(noun, record_id)
    queries.get(access.workspace, noun, record_id)
    given = request.FILES.get("file")
    if given is None or not given.name:
        return _page(request, access, ref, _("Choose a file."))
    content = given.read(attachments.LARGEST + 1)
    try:
        made = attachments.add(
            workspace=access.workspace,
            ref=ref,
            name=given.name,
            content=content,
            actor=Actor.user(access.user.pk, access.user.name),
            now=now(),
        )
    except Invalid as error:
        return _page(request, access, ref, str(error))
    messages.success(request, _("%(name)s is kept here.") % {"name": made.name})
    return redirect(request.path.removesuffix("add/"))


@workspace_view()
@require_GET
def download(
    request: Request, access: Access, noun: str, record_id: int, attachment_id: int
) -> HttpResponse:
    """The file, to be saved and never shown: it is not ours."""
    found = attachments.get(access.workspace, Ref(noun, record_id), attachment_id)
    response = HttpResponse(bytes(found.content), content_type=found.media_type)
    disposition = content_disposition_header(as_attachment=True, filename=found.name)
    response["Content-Disposition"] = disposition
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@workspace_view(Permission.EDIT_RECORDS)
@require_POST
def remove(
    request: Request, access: Access, noun: str, record_id: int, attachment_id: int
) -> HttpResponse:
    """Forget a file."""
    name = attachments.remove(
        workspace=access.workspace,
        ref=Ref(noun, record_id),
        attachment_id=attachment_id,
        actor=Actor.user(access.user.pk, access.user.name),
        now=now(),
    )
    messages.success(request, _("%(name)s removed.") % {"name": name})
    return redirect(request.path.rsplit("/", 3)[0] + "/")


def _page(
    request: Request, access: Access, ref: Ref, problem: str = ""
) -> HttpResponse:
    document = queries.get(access.workspace, ref.object_type, ref.record_id)
    context = {
        "document": document,
        "name": name_of(document),
        "plural": type_of(document).label[1],
        "slug": type_of(document).slug,
        "address": record_address(access.workspace.pk, document),
        "files": attachments.of(access.workspace, ref),
        "kinds": ", ".join(attachments.KINDS),
        "accept": ",".join(f".{each}" for each in attachments.KINDS),
        "problem": problem,
    }
    return render(
        request,
        access,
        "invoicing/files.html",
        context,
        active=type_of(document).slug,
        title=_("Attachments of %(document)s") % {"document": name_of(document)},
        status=WRONG if problem else 200,
    )
