"""A client of the accounting API that keeps every answer, refusals included."""

from __future__ import annotations

import json
import time
import uuid
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import httpx

from qbo_simulator.conformance.checks import DifferenceError

Body = dict[str, Any]
PAUSE_WHEN_THROTTLED = 60.0
ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: HTTP status, headers and the body, decoded if it is JSON."""

    status: int
    headers: httpx.Headers
    body: Any
    raw: bytes = field(repr=False, default=b"")

    @property
    def fault(self) -> Body:
        """The first error of a fault; a difference if there is none."""
        if not isinstance(self.body, dict) or "Fault" not in self.body:
            raise DifferenceError(f"a fault was expected, got {str(self.body)[:300]}")
        found: Body = self.body["Fault"]["Error"][0]
        return found


class Service:
    """One company, at the simulator or in a sandbox.

    What it creates is named with `mark`, which no earlier run has used.
    """

    def __init__(self, base_url: str, realm: str, token: str) -> None:
        self.realm = realm
        self.mark = f"Conformance {uuid.uuid4().hex[:8]}"
        self._root = f"{base_url.rstrip('/')}/{realm}"
        self._client = httpx.Client(
            timeout=130,
            headers={"Authorization": f"Bearer {token}", "Accept": "application/json"},
        )

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def ask(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        params: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """Send one request; a body that is no text is sent as JSON. Waits out a 429."""
        content = (
            body
            if isinstance(body, str | bytes | None)
            else json.dumps(body, default=float)
        )
        kind = {} if body is None else {"Content-Type": "application/json"}
        for attempt in range(ATTEMPTS):
            got = self._client.request(
                method,
                f"{self._root}/{path}",
                content=content,
                params={"minorversion": "75", **(params or {})},
                headers={**kind, **(headers or {})},
            )
            if got.status_code != httpx.codes.TOO_MANY_REQUESTS:
                break
            if attempt + 1 < ATTEMPTS:
                time.sleep(PAUSE_WHEN_THROTTLED)
        return Answer(got.status_code, got.headers, _decoded(got), got.content)

    def post(self, entity: str, body: Body, **params: str) -> Answer:
        """Create or update, whatever comes of it."""
        return self.ask("POST", entity.lower(), body=body, params=params)

    def create(self, entity: str, body: Body, **params: str) -> Body:
        """Create or update; gives the entity, or is a difference."""
        return self._entity(entity, self.post(entity, body, **params))

    def read(self, entity: str, id: str) -> Body:  # noqa: A002
        """Read by id; gives the entity, or is a difference."""
        return self._entity(entity, self.ask("GET", f"{entity.lower()}/{id}"))

    def delete(self, entity: str, held: Body) -> Body:
        """Delete a transaction; gives the status object."""
        said = {"Id": held["Id"], "SyncToken": held["SyncToken"]}
        return self.create(entity, said, operation="delete")

    def query(self, statement: str) -> Answer:
        """Ask a statement, whatever comes of it."""
        return self.ask("GET", "query", params={"query": statement})

    def rows(self, entity: str, condition: str = "", columns: str = "*") -> list[Body]:
        """What `select columns from entity condition` gives, or a difference."""
        statement = f"select {columns} from {entity} {condition}"  # noqa: S608
        answer = self.query(statement)
        if answer.status != httpx.codes.OK:
            raise DifferenceError(f"{statement}: {answer.status} {answer.body}")
        found: list[Body] = answer.body["QueryResponse"].get(entity, [])
        return found

    def preferences(self) -> Body:
        """The company's preferences."""
        found: Body = self.ask("GET", "preferences").body["Preferences"]
        return found

    def _entity(self, entity: str, answer: Answer) -> Body:
        if answer.status != httpx.codes.OK or entity not in (answer.body or {}):
            raise DifferenceError(f"{entity}: {answer.status} {str(answer.body)[:500]}")
        found: Body = answer.body[entity]
        return found


def _decoded(got: httpx.Response) -> Any:
    if "json" not in got.headers.get("content-type", ""):
        return got.text
    try:
        return json.loads(got.content, parse_float=Decimal)
    except ValueError:
        return got.text
