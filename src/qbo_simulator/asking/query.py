"""The query language, read: a statement in, its parts out, or the recorded fault."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from qbo_simulator.asking import query_tokens as tokens
from qbo_simulator.asking.query_tokens import Token, unexpected
from qbo_simulator.faults import invalid_query

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST = 200_000
"""Of a statement, in characters: a thousand names in IN, and room beside them."""
LARGEST_PAGE = 1000
USUAL_PAGE = 100
OPERATORS = ("=", "!=", "<", ">", "<=", ">=")
UNEQUAL = OPERATORS[1:]


@dataclass(frozen=True, slots=True)
class Condition:
    """`property operator values`; only IN has several values."""

    name: str
    operator: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """A query as asked: `columns` is None for `*`, `counts` for `COUNT(*)`."""

    entity: str
    columns: tuple[str, ...] | None
    counts: bool
    conditions: tuple[Condition, ...]
    order: tuple[tuple[str, bool], ...]
    start: int = 1
    most: int = USUAL_PAGE


class Reader:
    """A recursive reader over the tokens of one statement."""

    def __init__(self, text: str) -> None:
        self.tokens = tokens.tokens_of(text)
        self.place = 0

    @property
    def here(self) -> Token:
        """The token to be read next."""
        return self.tokens[self.place]

    @property
    def next(self) -> Token:
        """The token after that one."""
        return self.tokens[min(self.place + 1, len(self.tokens) - 1)]

    def fail(self, expected: Sequence[str]) -> NoReturn:
        """4000 at the current token."""
        raise unexpected(self.here, expected)

    def is_word(self, *words: str) -> bool:
        """Whether the next token is one of these keywords."""
        return self.here.kind == "word" and self.here.text.lower() in words

    def take_word(self, *words: str) -> bool:
        """Read one of these keywords if it is next."""
        if self.is_word(*words):
            self.place += 1
            return True
        return False

    def take(self, kind: str, text: str | None = None) -> str | None:
        """Read a token of this kind (and text) if it is next."""
        if self.here.kind == kind and text in (None, self.here.text):
            self.place += 1
            return self.tokens[self.place - 1].text
        return None

    def statement(self) -> Statement:
        """The whole statement."""
        if not self.take_word("select"):
            self.fail(tokens.AT_START)
        counts, columns = self.selection()
        if not self.take_word("from"):
            self.fail(tokens.AFTER_COLUMN)
        entity = self.take("word")
        if entity is None or entity.lower() in tokens.KEYWORDS:
            self.place -= 1 if entity else 0
            self.fail(tokens.A_NAME)
        conditions: tuple[Condition, ...] = ()
        expected: Sequence[str] = tokens.AFTER_ENTITY
        if self.take_word("where"):
            conditions, expected = self.conditions(), tokens.AFTER_CONDITION
        order = self.order()
        expected = tokens.AFTER_ORDER if order else expected
        start, most = self.page()
        if self.here.kind != "end":
            self.fail(expected)
        return Statement(entity, columns, counts, conditions, order, start, most)

    def selection(self) -> tuple[bool, tuple[str, ...] | None]:
        """`*`, `COUNT(*)` or a list of columns."""
        if self.take("mark", "*"):
            while self.take("mark", ","):
                self.property("from", ",")
            return False, None
        if self.is_word("count") and self.next.text == "(":
            self.place += 2
            for mark in "*)":
                if not self.take("mark", mark):
                    self.fail((f'"{mark}" ...',))
            return True, None
        columns = [self.property("from", ",")]
        while self.take("mark", ","):
            columns.append(self.property("from", ","))
        return False, tuple(columns)

    def property(self, *followers: str) -> str:
        """A property with its dots; a keyword is one if what follows a property does."""
        parts = [self._name(followers)]
        while self.take("mark", "."):
            parts.append(self._name(followers))
        return ".".join(parts)

    def _name(self, followers: Sequence[str]) -> str:
        is_free = self.here.text.lower() not in tokens.KEYWORDS
        allowed = is_free or self.next.text.lower() in (*followers, ".")
        if self.here.kind != "word" or not allowed:
            self.fail(tokens.A_NAME if self.place > 1 else tokens.AT_SELECTION)
        self.place += 1
        return self.tokens[self.place - 1].text

    def conditions(self) -> tuple[Condition, ...]:
        """What follows WHERE."""
        found = [self.condition()]
        while self.take_word("and"):
            found.append(self.condition())
        return tuple(found)

    def condition(self) -> Condition:
        """One comparison; what is not equal is compared with quoted values only."""
        name = self.property("in", "like", *OPERATORS)
        if self.take_word("in"):
            return Condition(name, "in", self.several())
        if self.take_word("like"):
            return Condition(name, "like", (self.quoted(),))
        operator = self.here.text
        if self.here.kind != "operator" or operator not in OPERATORS:
            self.fail(tokens.AN_OPERATOR)
        if operator in UNEQUAL and self.next.kind != "string":
            self.fail(tokens.AN_OPERATOR)
        self.place += 1
        value = self.quoted() if operator in UNEQUAL else self.value()
        return Condition(name, operator, (value,))

    def several(self) -> tuple[str, ...]:
        """The values of IN."""
        if not self.take("mark", "("):
            self.fail(('"(" ...',))
        values = [self.take("number") or self.value()]
        while self.take("mark", ","):
            values.append(self.take("number") or self.value())
        if not self.take("mark", ")"):
            self.fail(('")" ...', '"," ...'))
        return tuple(values)

    def quoted(self) -> str:
        """A string in single quotes, its escapes undone."""
        text = self.take("string")
        if text is None:
            self.fail(tokens.A_STRING)
        return re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL)

    def value(self) -> str:
        """A quoted string, or a bare true or false."""
        if self.here.kind == "string":
            return self.quoted()
        if not self.is_word("true", "false"):
            self.fail(tokens.A_VALUE)
        self.place += 1
        return self.tokens[self.place - 1].text.lower()

    def order(self) -> tuple[tuple[str, bool], ...]:
        """What follows ORDERBY: `(property, descending)`."""
        if self.take_word("order"):
            if not self.take_word("by"):
                self.fail(('"by" ...',))
        elif not self.take_word("orderby"):
            return ()
        found = [self.direction()]
        while self.take("mark", ","):
            found.append(self.direction())
        return tuple(found)

    def direction(self) -> tuple[str, bool]:
        """One property of ORDERBY."""
        name = self.property("asc", "desc", ",", "<eof>")
        descending = self.take_word("desc")
        if not descending:
            self.take_word("asc")
        return name, descending

    def page(self) -> tuple[int, int]:
        """STARTPOSITION and MAXRESULTS, in either order, each once."""
        found: dict[str, int] = {}
        while self.is_word("startposition", "maxresults"):
            word = self.here.text.lower()
            if word in found:
                self.fail(tokens.AFTER_PAGE)
            self.place += 1
            found[word] = self.whole()
        return found.get("startposition", 1), found.get("maxresults", USUAL_PAGE)

    def whole(self) -> int:
        """A whole number, bare or in quotes."""
        text = self.here.text.strip("'")
        is_number = self.here.kind in {"number", "string"}
        if not is_number or not re.fullmatch(r"-?[0-9]{1,30}", text):
            self.fail(tokens.A_WHOLE_NUMBER)
        self.place += 1
        return int(text)


def parse(text: str, *, zero_start: bool = True) -> Statement:
    """The parts of a statement; raises fault 4000 or 4001."""
    if len(text) > LONGEST:
        raise invalid_query(
            f"length {len(text)} is too large. Max allowed length is {LONGEST}"
        )
    found = Reader(text).statement()
    if found.most > LARGEST_PAGE:
        raise invalid_query(
            f"value {found.most} is too large. Max allowed value is {LARGEST_PAGE}"
        )
    if found.most < 1:
        raise invalid_query(f"value {found.most} is too small. Min allowed value is 1")
    if found.start < (0 if zero_start else 1):
        raise invalid_query(f"value {found.start} is too small. Min allowed value is 1")
    return found
