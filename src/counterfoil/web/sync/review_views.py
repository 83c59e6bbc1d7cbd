"""The review queue: one question at a time, answered by one click or key."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from counterfoil.connections.models import Connection
from counterfoil.sync.models import Review
from counterfoil.sync.pairs import reviews
from counterfoil.web.shell import Request, now, workspace_view
from counterfoil.web.sync import frame, review_queue
from counterfoil.web.sync.answering import actor_of, answered
from counterfoil.workspaces.access import Access, Permission


@require_safe
@workspace_view()
def queue(request: Request, access: Access, connection_id: int) -> HttpResponse:
    """The question at hand."""
    found = frame.one(access, connection_id)
    return _shown(request, access, found, request.GET.get("at", ""))


@require_POST
@workspace_view(Permission.EDIT_RECORDS)
def answer(
    request: Request, access: Access, connection_id: int, review_id: int
) -> HttpResponse:
    """Take this one, none of them, or leave it alone; then comes the next question."""
    found = frame.one(access, connection_id)
    review = Review.objects.filter(connection=found, pk=review_id).first()
    if review is None:
        raise Http404
    given = _given(request.POST.get("answer", ""), review)

    def act() -> str:
        if review.answered_at is not None:
            return _("Somebody has answered this already.")
        reviews.answer(review, given, by=actor_of(access), now=now())
        return _said(given)

    following = str(review.pk + 1)
    back = reverse(
        "sync_reviews", args=[access.workspace.pk, found.pk], query={"at": following}
    )
    return answered(
        request,
        act,
        show=lambda: _shown(request, access, found, following),
        back=back,
        focus="question",
    )


def _given(text: str, review: Review) -> dict[str, object]:
    if text == "new":
        return {"new": True}
    if text == "ignore":
        return {"ignore": True}
    for candidate in review.candidates:
        if str(candidate.get("id")) == text:
            return {"id": candidate["id"]}
    raise Http404


def _said(given: dict[str, object]) -> str:
    if given.get("new"):
        return _("A new one will be made")
    if given.get("ignore"):
        return _("It will be left alone")
    return _("Linked")


def _shown(
    request: Request, access: Access, connection: Connection, at: str
) -> HttpResponse:
    return frame.page(
        request,
        access,
        connection,
        "sync/reviews.html",
        {"queue": review_queue.of(connection, at=at)},
        active="sync_reviews",
        title=_("Review"),
        fragment="question",
    )
