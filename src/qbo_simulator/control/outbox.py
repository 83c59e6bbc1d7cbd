"""The control endpoints of the outbox: e-mails as they would have gone out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, Response

from qbo_simulator.control.wishes import whole
from qbo_simulator.printing import mailing

if TYPE_CHECKING:
    from starlette.requests import Request

    from qbo_simulator.state import State


class OutboxControl:
    """What was sent, and the PDF that went with it."""

    def __init__(self, state: State) -> None:
        self._state = state

    def show(self, request: Request, _wish: dict[str, Any]) -> Any:
        """List the e-mails, newest first, of all companies or of one `realm`."""
        realm = request.query_params.get("realm")
        realms = [realm] if realm else self._state.store.realms()
        limit = whole(request, "limit", 1000)
        with self._state.store.read() as db:
            found = [
                {"realm": each, **mail}
                for each in realms
                for mail in mailing.outbox(db, each, limit)
            ]
        found.sort(key=lambda mail: -mail["number"])
        return {"mails": found[:limit]}

    async def one(self, request: Request) -> Response:
        """One e-mail by its number, with the names of the files that went with it."""
        number = int(request.path_params["number"])
        with self._state.store.read() as db:
            row = db.execute(
                "SELECT realm FROM mail WHERE seq = ?", (number,)
            ).fetchone()
            found = mailing.outbox(db, row["realm"], 1, number) if row else []
        if not found:
            return JSONResponse({"error": f"There is no e-mail {number}."}, 404)
        return JSONResponse({"realm": row["realm"], **found[0]})

    async def attachment(self, request: Request) -> Response:
        """The PDF of one e-mail, by its number."""
        number = int(request.path_params["number"])
        with self._state.store.read() as db:
            row = db.execute(
                "SELECT realm FROM mail WHERE seq = ?", (number,)
            ).fetchone()
            held = mailing.attachment(db, row["realm"], number) if row else None
        if held is None:
            return JSONResponse({"error": f"There is no e-mail {number}."}, 404)
        return Response(held, media_type="application/pdf")
