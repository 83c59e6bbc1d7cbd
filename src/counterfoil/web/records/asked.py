"""What the address of a list asks for: filters, search, sort, columns, place.

Everything lives in the address, so that a list can be bookmarked and sent. A filter is
``f=property:operator:value``; lists are separated by ``;``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import QueryDict

from counterfoil.web.typed import figure

MOST_FILTERS = 20
LONGEST = 200
# With any other operator a second value of the form means nothing.
TAKING_MANY = {"any_of", "none_of", "between"}


@dataclass(frozen=True)
class Asked:
    """A list as its address describes it; every change gives a new address."""

    filters: tuple[tuple[str, str, str], ...] = ()
    search: str = ""
    sort: str = ""
    columns: tuple[str, ...] = ()
    after: str = ""
    adding: str = ""
    board: bool = False
    pipeline: str = ""
    saved: str = ""

    @property
    def query(self) -> str:
        """The address's query, in one order."""
        pairs: list[tuple[str, str]] = [("f", ":".join(part)) for part in self.filters]
        pairs += [("q", self.search), ("sort", self.sort)]
        pairs += [("c", ",".join(self.columns)), ("after", self.after)]
        pairs += [("add", self.adding), ("view", "board" if self.board else "")]
        pairs += [("pipeline", self.pipeline), ("saved", self.saved)]
        text = urlencode([pair for pair in pairs if pair[1]])
        return f"?{text}" if text else "?"

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What a form for another part of the address must carry along."""
        first = replace(self, after="", adding="")
        lists = QueryDict(first.query[1:]).lists()
        return [(name, value) for name, values in lists for value in values]

    @property
    def lasting(self) -> Asked:
        """What a saved view keeps of it: neither a place nor another view."""
        return replace(self, after="", adding="", board=False, pipeline="", saved="")

    def filtered(self, name: str, operator: str, value: str = "") -> Asked:
        """With one filter more."""
        filters = (*self.filters, (name, operator, value))
        return replace(self, filters=filters, after="", adding="")

    def without(self, index: int) -> Asked:
        """With one filter less."""
        filters = self.filters[:index] + self.filters[index + 1 :]
        return replace(self, filters=filters, after="")

    def only(self, name: str, value: str) -> Asked:
        """With one value of a property instead of any other filter on it: a tab."""
        filters = tuple(part for part in self.filters if part[0] != name)
        if value:
            filters = (*filters, (name, "is", value))
        return replace(self, filters=filters, after="", adding="")

    def sorted_by(self, name: str) -> Asked:
        """Sorted by a column; a second time the other way round."""
        sort = f"-{name}" if self.sort == name else name
        return replace(self, sort=sort, after="")

    def at(self, after: str) -> Asked:
        return replace(self, after=after)

    def adding_filter(self, name: str) -> Asked:
        return replace(self, adding=name)

    def as_board(self, board: bool) -> Asked:  # noqa: FBT001 (the value is the meaning)
        return replace(self, board=board, after="", adding="")

    def with_pipeline(self, pipeline: str) -> Asked:
        return replace(self, pipeline=pipeline)

    def value_of(self, name: str) -> str:
        """The value that a tab on this property shows as current."""
        found = [part for part in self.filters if part[0] == name]
        if len(found) == 1 and found[0][1] == "is":
            return found[0][2]
        return ""


def asked(query: QueryDict) -> Asked:
    """Read an address; what cannot be understood is left out."""
    filters = [_filter(text) for text in query.getlist("f")[:MOST_FILTERS]]
    if name := query.get("field"):
        operator = query.get("op", "is")
        control = "days" if operator.startswith("within_") else "value"
        values = [text for text in query.getlist(control) if text.strip()]
        if "figures" in query:
            values = [figure(text) for text in values]
        if operator not in TAKING_MANY:
            values = values[:1]
        filters.append((name, operator, ";".join(values)[:LONGEST]))
    columns = [part for part in query.getlist("column") if part]
    if not columns:
        columns = [part for part in query.get("c", "").split(",") if part]
    return Asked(
        tuple(part for part in filters if part is not None),
        query.get("q", "").replace("\0", "").strip()[:LONGEST],
        query.get("sort", ""),
        tuple(columns),
        query.get("after", ""),
        query.get("add", ""),
        query.get("view") == "board",
        query.get("pipeline", ""),
        query.get("saved", ""),
    )


def _filter(text: str) -> tuple[str, str, str] | None:
    name, _colon, rest = text.partition(":")
    operator, _colon, value = rest.partition(":")
    return (name, operator, value[:LONGEST]) if name and operator else None


def known(columns: Sequence[str], names: Sequence[str]) -> list[str]:
    """The columns that exist, each once, in the order they were asked for."""
    return [name for name in dict.fromkeys(columns) if name in names]
