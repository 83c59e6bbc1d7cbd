"""The webhook half of the control endpoints."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, Response

from qbo_simulator.control.wishes import whole
from qbo_simulator.injection import is_count
from qbo_simulator.webhooks.delivery import Webhooks

if TYPE_CHECKING:
    from starlette.requests import Request

    from qbo_simulator.state import State
    from qbo_simulator.webhooks.log import Attempt, Delivery


class WebhookControl:
    """Where webhooks go, how badly they are delivered, and what became of each."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._webhooks = Webhooks(state)
        self._log = self._webhooks.log

    def show(self, _request: Request, _wish: dict[str, Any]) -> Any:
        """Tell the endpoint and the switches of delivery."""
        manner = self._log.manner()
        disabled = self._log.disabled_at()
        return {
            **{name: getattr(manner, name) for name in manner.__slots__},
            "disabled_at": disabled.isoformat() if disabled else None,
        }

    def change(self, request: Request, wish: dict[str, Any]) -> Any:
        """Change url, format, window, delay, lose, duplicate, reorder or hold_back."""
        self._log.set_manner(**wish)
        return self.show(request, {})

    def set_endpoint(self, request: Request, wish: dict[str, Any]) -> Any:
        """Register the endpoint's `url`; an empty one unregisters it."""
        if set(wish) != {"url"}:
            raise ValueError('The body is {"url": "https://…"}.')
        return self.change(request, wish)

    def log(self, request: Request, _wish: dict[str, Any]) -> Any:
        """List the deliveries with their attempts, newest first."""
        limit = whole(request, "limit", 100)
        return {
            "deliveries": [
                self._shown(delivery, self._log.attempts(delivery.id))
                for delivery in self._log.recent(limit)
            ]
        }

    def _shown(self, delivery: Delivery, attempts: list[Attempt]) -> dict[str, Any]:
        return {
            "id": delivery.id,
            "state": delivery.state,
            "told": delivery.told,
            "made_at": delivery.made_at.isoformat(),
            "next_at": delivery.next_at.isoformat(),
            "replay_of": delivery.replay_of,
            "body": delivery.body.decode("utf-8", errors="replace"),
            "body_base64": base64.b64encode(delivery.body).decode(),
            "attempts": [
                {
                    "at": attempt.at.isoformat(),
                    "status": attempt.status,
                    "problem": attempt.problem,
                    "seconds": attempt.seconds,
                }
                for attempt in attempts
            ],
        }

    def clear(self, request: Request, _wish: dict[str, Any]) -> Any:
        """Forget every delivery, sent or not."""
        self._log.clear()
        return self.log(request, {})

    def replay(self, _request: Request, wish: dict[str, Any]) -> Any:
        """Send the webhook `id` once more."""
        number = wish.get("id", "")
        if not is_count(number):
            raise ValueError("The body holds the id of a webhook.")
        try:
            return {"id": self._log.replay(number, now=self._state.clock.now())}
        except KeyError as error:
            raise KeyError(f"webhook {number}") from error

    async def flush(self, _request: Request) -> Response:
        """Deliver now whatever waits, whatever its window, delay or retry time."""
        made = await self._webhooks.deliver_due(force=True)
        return JSONResponse({"attempts": made})
