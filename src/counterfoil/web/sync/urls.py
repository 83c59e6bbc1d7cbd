"""Addresses of one connection's sync, below the connection's own."""

from __future__ import annotations

from django.urls import path

from counterfoil.web.sync import (
    held_views,
    import_views,
    mapping_views,
    overview_views,
    preview_views,
    run_views,
    settings_views,
    undo_views,
)

OBJECT = "objects/<slug:name>/"
PROPOSAL = "changes/<int:proposal_id>/"
RUN = "runs/<int:run_id>/"
urlpatterns = [
    path("", overview_views.overview, name="sync"),
    path("import/", import_views.begin, name="sync_import"),
    path(OBJECT, settings_views.settings, name="sync_object"),
    path(f"{OBJECT}fields/", mapping_views.fields, name="sync_mappings"),
    path(f"{OBJECT}held/", held_views.held, name="sync_held"),
    path(PROPOSAL, preview_views.look, name="sync_preview"),
    path(f"{PROPOSAL}confirm/", preview_views.confirm, name="sync_confirm"),
    path(f"{PROPOSAL}discard/", preview_views.discard, name="sync_discard"),
    path("runs/", run_views.index, name="sync_runs"),
    path(RUN, run_views.one, name="sync_run"),
    path(f"{RUN}stop/", run_views.stop, name="sync_run_stop"),
    path(f"{RUN}resume/", run_views.resume, name="sync_run_resume"),
    path(f"{RUN}confirm/", run_views.confirm, name="sync_run_confirm"),
    path(f"{RUN}undo/", undo_views.undo_run, name="sync_run_undo"),
]
