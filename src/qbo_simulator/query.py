"""The query language, read: a statement in, its parts out, or the recorded fault."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NoReturn

from qbo_simulator.faults import invalid_query, unparsable_query

TOKEN = re.compile(
    r"""\s*(?:
        (?P<string>'(?:\\.|[^'\\])*')
      | (?P<number>-?\d+(?:\.\d+)?(?![\w.]))
      | (?P<word>[A-Za-z_][\w.]*)
      | (?P<operator><=|>=|!=|=|<|>)
      | (?P<mark>[*,()])
    )""",
    re.VERBOSE | re.DOTALL,
)
EXPECTED = (
    '<EOF>, ".", <AND>, "between", "contains", "=", "in", "iterator", "like", '
    '"maxresults", "!=", <NOT>, <OR>, "order", "orderby", "startposition"'
)
LARGEST_PAGE = 1000
USUAL_PAGE = 100
OPERATORS = ("=", "<", ">", "<=", ">=")


@dataclass(frozen=True, slots=True)
class Token:
    """A word, value or mark of a statement, and where it stands (from 1)."""

    kind: str
    text: str
    column: int


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


def tokens_of(text: str) -> list[Token]:
    """The tokens of a statement, with an end mark."""
    found: list[Token] = []
    position = 0
    stripped = text.rstrip().rstrip(";").rstrip()
    while position < len(stripped):
        match = TOKEN.match(stripped, position)
        if match is None or match.lastgroup is None:
            at = position + len(stripped[position:]) - len(stripped[position:].lstrip())
            raise unparsable_query(
                f"Lexical error at line 1, column {at + 1}.  "
                f'Encountered: "{stripped[at]}" ({ord(stripped[at])}), after : ""'
            )
        kind = match.lastgroup
        found.append(Token(kind, match.group(kind), match.start(kind) + 1))
        position = match.end()
    found.append(Token("end", "<EOF>", len(stripped) + 1))
    return found


class Reader:
    """A recursive reader over the tokens of one statement."""

    def __init__(self, text: str) -> None:
        self.tokens = tokens_of(text)
        self.place = 0

    @property
    def here(self) -> Token:
        """The token to be read next."""
        return self.tokens[self.place]

    def fail(self) -> NoReturn:
        """4000 at the current token."""
        token = self.here
        raise unparsable_query(
            f'Encountered " "{token.text}" "{token.text} "" at line 1, column '
            f"{token.column}.\nWas expecting one of:\n    {EXPECTED}"
        )

    def is_word(self, *words: str) -> bool:
        """Whether the next token is one of these keywords."""
        return self.here.kind == "word" and self.here.text.lower() in words

    def take_word(self, *words: str) -> bool:
        """Read one of these keywords if it is next."""
        if self.is_word(*words):
            self.place += 1
            return True
        return False

    def expect_word(self, word: str) -> None:
        """Read this keyword or fail."""
        if not self.take_word(word):
            self.fail()

    def take(self, kind: str, text: str | None = None) -> str | None:
        """Read a token of this kind (and text) if it is next."""
        if self.here.kind == kind and text in (None, self.here.text):
            self.place += 1
            return self.tokens[self.place - 1].text
        return None

    def expect(self, kind: str, text: str | None = None) -> str:
        """Read a token of this kind (and text) or fail."""
        found = self.take(kind, text)
        if found is None:
            self.fail()
        return found

    def statement(self) -> Statement:
        """The whole statement."""
        self.expect_word("select")
        counts, columns = self.selection()
        self.expect_word("from")
        entity = self.expect("word")
        conditions = self.conditions() if self.take_word("where") else ()
        order = self.order()
        start, most = self.page()
        if self.here.kind != "end":
            self.fail()
        return Statement(entity, columns, counts, conditions, order, start, most)

    def selection(self) -> tuple[bool, tuple[str, ...] | None]:
        """`*`, `COUNT(*)` or a list of columns."""
        if self.take("mark", "*"):
            while self.take("mark", ","):
                self.expect("word")
            return False, None
        if self.is_word("count") and self.tokens[self.place + 1].text == "(":
            self.place += 2
            self.expect("mark", "*")
            self.expect("mark", ")")
            return True, None
        columns = [self.expect("word")]
        while self.take("mark", ","):
            columns.append(self.expect("word"))
        return False, tuple(columns)

    def conditions(self) -> tuple[Condition, ...]:
        """What follows WHERE."""
        found = [self.condition()]
        while self.take_word("and"):
            found.append(self.condition())
        return tuple(found)

    def condition(self) -> Condition:
        """One comparison."""
        name = self.expect("word")
        if self.take_word("in"):
            self.expect("mark", "(")
            values = [self.value()]
            while self.take("mark", ","):
                values.append(self.value())
            self.expect("mark", ")")
            return Condition(name, "in", tuple(values))
        if self.take_word("like"):
            return Condition(name, "like", (self.value(),))
        operator = self.take("operator")
        if operator not in OPERATORS:
            self.place -= 1 if operator else 0
            self.fail()
        return Condition(name, operator, (self.value(),))

    def value(self) -> str:
        """A quoted string, a bare number, or true/false."""
        text = self.take("string")
        if text is not None:
            return re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL)
        bare = self.take("number")
        if bare is not None:
            return bare
        if not self.is_word("true", "false"):
            self.fail()
        return self.expect("word").lower()

    def order(self) -> tuple[tuple[str, bool], ...]:
        """What follows ORDERBY: `(property, descending)`."""
        if self.take_word("order"):
            self.expect_word("by")
        elif not self.take_word("orderby"):
            return ()
        found = [self.direction()]
        while self.take("mark", ","):
            found.append(self.direction())
        return tuple(found)

    def direction(self) -> tuple[str, bool]:
        """One property of ORDERBY."""
        name = self.expect("word")
        descending = self.take_word("desc")
        if not descending:
            self.take_word("asc")
        return name, descending

    def page(self) -> tuple[int, int]:
        """STARTPOSITION and MAXRESULTS, in either order."""
        start, most = 1, USUAL_PAGE
        while self.is_word("startposition", "maxresults"):
            if self.take_word("startposition"):
                start = self.whole()
            else:
                self.expect_word("maxresults")
                most = self.whole()
        return start, most

    def whole(self) -> int:
        """A whole number."""
        text = self.take("number") or (self.take("string") or "").strip("'")
        if not re.fullmatch(r"-?\d+", text):
            self.fail()
        return int(text)


def parse(text: str, *, zero_start: bool = True) -> Statement:
    """The parts of a statement; raises fault 4000 or 4001."""
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
