"""Deals by the stage of their pipeline."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, F, Sum, Window
from django.db.models.functions import RowNumber

from counterfoil.crm.models import Deal, Pipeline, Stage
from counterfoil.web import formats
from counterfoil.web.records.asked import Asked
from counterfoil.workspaces.models import Workspace

SHOWN = 50


@dataclass(frozen=True)
class Lane:
    """A stage with its deals, newest first; ``count`` and ``sums`` are of all of them."""

    stage: Stage
    deals: Sequence[Deal]
    count: int
    sums: Sequence[str]


@dataclass(frozen=True)
class Board:
    """One pipeline, and which others there are."""

    pipeline: Pipeline | None
    pipelines: Sequence[Pipeline]
    lanes: Sequence[Lane]


def board_of(workspace: Workspace, asked: Asked) -> Board:
    """The board of the pipeline that was asked for, or of the first."""
    pipelines = list(
        Pipeline.objects.filter(workspace=workspace).order_by("position", "id")
    )
    if not pipelines:
        return Board(None, [], [])
    chosen = next((p for p in pipelines if str(p.pk) == asked.pipeline), pipelines[0])
    stages = list(Stage.objects.filter(pipeline=chosen).order_by("position", "id"))
    rows = Deal.objects.filter(workspace=workspace, pipeline=chosen, archived_at=None)
    if asked.search:
        rows = rows.filter(title__icontains=asked.search)
    deals: dict[int, list[Deal]] = defaultdict(list)
    place = Window(
        RowNumber(), partition_by=[F("stage_id")], order_by=F("updated_at").desc()
    )
    for deal in (
        rows.annotate(place=place)
        .filter(place__lte=SHOWN)
        .select_related("owner")
        .order_by("-updated_at", "-id")
    ):
        deals[deal.stage_id].append(deal)
    counts: dict[int, int] = defaultdict(int)
    sums: dict[int, list[str]] = defaultdict(list)
    for stage_id, currency, count, amount in (
        rows.values_list("stage_id", "currency")
        .annotate(count=Count("id"), amount=Sum("amount"))
        .order_by("stage_id", "currency")
    ):
        counts[stage_id] += count
        if amount:
            sums[stage_id].append(formats.money(Decimal(amount), currency))
    return Board(
        chosen,
        pipelines,
        [
            Lane(stage, deals[stage.pk], counts[stage.pk], sums[stage.pk])
            for stage in stages
        ],
    )
