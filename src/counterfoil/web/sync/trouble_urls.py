"""Addresses of what needs a person at one connection."""

from __future__ import annotations

from django.urls import path

from counterfoil.web.sync import (
    conflict_views,
    issue_views,
    record_views,
    review_views,
)

THERE = "there/<slug:stream>/<str:remote_id>/"
urlpatterns = [
    path("reviews/", review_views.queue, name="sync_reviews"),
    path("reviews/<int:review_id>/", review_views.answer, name="sync_review"),
    path("conflicts/", conflict_views.index, name="sync_conflicts"),
    path("conflicts/<int:conflict_id>/", conflict_views.answer, name="sync_conflict"),
    path("issues/", issue_views.index, name="sync_issues"),
    path("issues/all/", issue_views.many, name="sync_issues_all"),
    path("issues/<int:issue_id>/", issue_views.one, name="sync_issue"),
    path(THERE, record_views.remote, name="sync_remote"),
    path(f"{THERE}read/", record_views.read, name="sync_remote_read"),
]
