"""What the editors of sales and purchase forms share: keep what was typed, or show why not."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from starlette.responses import Response

from qbo_simulator.bookkeeper import heads
from qbo_simulator.bookkeeper.desk import Visit, back_to
from qbo_simulator.bookkeeper.heads import Head
from qbo_simulator.bookkeeper.reading import (
    Body,
    LineRow,
    UnreadableError,
    typed_rows,
)
from qbo_simulator.faults import Fault

if TYPE_CHECKING:
    from qbo_simulator.bookkeeper.papers import Paper


class FormEditor(ABC):
    """Views that make and change one kind of form with lines.

    ``common`` are the heads of every form of the editor, ``own`` those of a kind alone.
    """

    common: ClassVar[Sequence[Head]]
    own: ClassVar[Mapping[str, Sequence[Head]]]

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.heads = (*self.common, *self.own[paper.entity])

    @abstractmethod
    def new(self, visit: Visit) -> Response:
        """Show the editor for a new form, blank or copied from another one."""

    @abstractmethod
    def edit(self, visit: Visit) -> Response:
        """Show the editor for a form."""

    def create(self, visit: Visit) -> Response:
        """Create the form that was typed."""
        return self._keep(visit, None)

    def save(self, visit: Visit) -> Response:
        """Save the form that was edited."""
        return self._keep(visit, visit.room.read(self.paper.entity, visit.number))

    def _keep(self, visit: Visit, form: Body | None) -> Response:
        rows = [row for row in typed_rows(visit.form) if not row.is_blank]
        if visit.typed("decision") == "more":
            return self._editor(visit, form, rows, visit.all_typed)
        room, paper = visit.room, self.paper
        try:
            body = self._body(visit, rows, form)
            if form is None:
                kept = room.company.create(
                    paper.entity, heads.rated(room, body), now=room.now
                )
                return back_to(room.path(paper.slug, kept["Id"]), "created")
            head = {"Id": form["Id"], "SyncToken": visit.typed("sync_token")}
            body = {**body, **head, "sparse": True}
            room.company.update(paper.entity, body, now=room.now)
        except (Fault, UnreadableError) as error:
            return self._editor(visit, form, rows, visit.all_typed, error)
        return back_to(room.path(paper.slug, visit.number), "saved")

    @abstractmethod
    def _editor(
        self,
        visit: Visit,
        form: Body | None,
        rows: Sequence[LineRow],
        typed: Mapping[str, str],
        error: Exception | None = None,
    ) -> Response:
        """The page, with what was typed and what is wrong with it."""

    @abstractmethod
    def _body(self, visit: Visit, rows: Sequence[LineRow], form: Body | None) -> Body:
        """Write what was typed as a body of the API."""
