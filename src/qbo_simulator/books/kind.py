"""What every kind of entity declares, and what it may do differently.

A kind is data (its fields, what may be done with it) and four verbs: `prepare`
fills in and checks a draft, `settle` carries out the effects once it is stored,
`annul` and `withdraw` take those effects back for a void and a deletion.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from qbo_simulator.books.fields import Field, Ref
from qbo_simulator.wire import id_of

if TYPE_CHECKING:
    from qbo_simulator.books.ledger import Entry
    from qbo_simulator.books.work import Work
    from qbo_simulator.kinds.trees import Tree

Body = dict[str, Any]


@dataclass
class Draft:
    """An entity on its way into the books.

    `new` is what will be served, without the common head; `sent` what the client
    sent, cleaned; `old` what stands in the books, None on create.
    """

    id: int
    new: Body
    sent: Body
    old: Body | None = None
    options: frozenset[str] = field(default_factory=frozenset)
    sparse: bool = False
    effects: dict[str, Any] = field(default_factory=dict)

    def changed(self, name: str) -> bool:
        """Whether the value differs from what the books held."""
        return self.old is None or self.old.get(name) != self.new.get(name)


class Kind:
    """One kind of entity, such as Customer or Invoice."""

    entity: ClassVar[str]
    list_name: ClassVar[str]
    sequence: ClassVar[str]
    head: ClassVar[tuple[Field, ...]] = ()
    tail: ClassVar[tuple[Field, ...]] = ()
    tolerated: ClassVar[frozenset[str]] = frozenset()
    operations: ClassVar[frozenset[str]] = frozenset({"create", "update"})
    by_hand: ClassVar[frozenset[str]] = frozenset()
    """What a bookkeeper can do to it in the pages, beside what the API can."""
    is_name_list: ClassVar[bool] = True
    counts_rows: ClassVar[bool] = False
    in_change_feed: ClassVar[bool] = True
    default_order: ClassVar[str] = "full_name"
    tree: ClassVar[Tree | None] = None
    """How its rows stand below one another, if they do."""
    links_are_posted: ClassVar[bool] = False
    """Whether its postings depend on what it is linked to, as a payment's do."""

    def __init__(self) -> None:
        self.fields = {each.name: each for each in self.head + self.tail}
        self.by_lower = {each.name.lower(): each for each in self.head + self.tail}
        self.refs = tuple(
            each
            for each in self.head + self.tail
            if isinstance(each.type, Ref) and each.type.target
        )
        self.kept = tuple(
            each.name for each in self.fields.values() if each.keep or each.read_only
        )

    def label(self, body: Body) -> str:
        """The name a reference to it carries."""
        return str(body.get("DisplayName") or body.get("Name") or "")

    def columns(self, body: Body) -> dict[str, Any]:
        """The values of the indexed columns."""
        name = self.label(body)
        full_name = str(body.get("FullyQualifiedName") or name)
        return {
            "name": name,
            "full_name": full_name,
            "name_key": full_name.casefold(),
            "active": int(body.get("Active", True)),
            "parent": number_of(body.get("ParentRef")),
        }

    def served(self, body: Body) -> Body:
        """A body with the common head and its keys in the served order."""
        found = {each.name: body[each.name] for each in self.head if each.name in body}
        found["domain"] = "QBO"
        found["sparse"] = False
        for name in ("Id", "SyncToken", "MetaData"):
            found[name] = body[name]
        for each in self.tail:
            if each.name in body:
                found[each.name] = body[each.name]
        return found

    def opened(self, body: Body) -> Body:
        """A body with its head on the outside, where a template has it within."""
        return body

    def folded(self, body: Body) -> Body:
        """A body as answers show it: the opposite of `opened`."""
        return body

    def farewell(self, body: Body) -> Body:
        """What is answered when an entity has been deleted."""
        return {"domain": "QBO", "status": "Deleted", "Id": body["Id"]}

    def prepare(self, work: Work, draft: Draft) -> None:
        """Fill in and check `draft.new`; raises a fault."""

    def settle(self, work: Work, draft: Draft) -> None:
        """Carry out the effects of what has just been stored."""

    def annul(self, work: Work, draft: Draft) -> None:
        """Turn `draft.new` into its voided form."""

    def entries(self, work: Work, body: Body) -> list[Entry]:
        """What it posts to the ledger."""
        return []

    def show_links(self, work: Work, body: Body) -> None:
        """Set what follows from links: Balance, LinkedTxn, a payment's lines."""

    def withdraw(self, work: Work, draft: Draft) -> None:
        """Take back every effect, for `draft.old` is about to be deleted."""


class Transaction(Kind):
    """A kind whose entities have a day, and mostly a number and somebody's name."""

    sequence = "transactions"
    is_name_list = False
    default_order = "updated"
    party_in: ClassVar[str | None] = None
    """The reference to the customer or vendor whom its postings are about."""

    def label(self, body: Body) -> str:
        return str(body.get("DocNumber", ""))

    def columns(self, body: Body) -> dict[str, Any]:
        return {
            "doc_number": body.get("DocNumber"),
            "txn_date": body.get("TxnDate"),
            "party": number_of(body.get(self.party_in)) if self.party_in else None,
        }


def words(text: str) -> frozenset[str]:
    """The words of a text, for long lists of names."""
    return frozenset(text.split())


def number_of(ref: Body | None) -> int | None:
    """The numeric id a reference holds, if it holds one."""
    return id_of(ref.get("value", "")) if ref else None


HEAD_NAMES = ("domain", "sparse", "Id", "SyncToken", "MetaData", "status", "time")
