"""What has become of what ``chaos`` asked for, by the simulator's own lists."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from benchmarks.chaos import MUST_BE_ZERO
from benchmarks.outside import Simulator
from counterfoil.connectors.quickbooks.receipts import KINDS
from counterfoil.posting.models import Act, Intent
from counterfoil.posting.state import State

OPEN = (State.INTENDED, State.SENDING, State.UNKNOWN)
GOOD = (State.CONFIRMED, State.VERIFIED)
Row = dict[str, Any]


def judge(books: Simulator, asked: int) -> Counter[str]:
    """Compare what is believed here with what the simulator says that it accepted.

    ``asked`` is how many documents were wished for.
    """
    accepted = books.call("GET", "/_sim/oracle")["accepted"]
    by_label: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in accepted:
        if row["operation"] == "create":
            by_label[row["entity"], _label(row)].append(row)
    verdict = Counter(dict.fromkeys((*MUST_BE_ZERO, "submitted", "confirmed"), 0))
    for intent in Intent.objects.all():
        label = intent.marker
        if intent.kind in {"customer", "item"}:
            label = str(intent.document["name"])
        made = by_label[KINDS[intent.kind].entity, label]
        _judge_intent(verdict, intent, made)
    verdict["lost"] += asked - verdict["submitted"]
    verdict["unpaid"] = _unpaid(books)
    _judge_acts(verdict, Act.objects.all(), accepted)
    return verdict


def _unpaid(books: Simulator) -> int:
    """How many invoices that were paid here are not paid there to the cent."""
    companies = books.call("GET", "/_sim/companies")["companies"]
    owed: dict[tuple[str, str], float] = {}
    for each in companies:
        keys = books.credentials(each["number"])
        for row in _invoices(books, keys):
            owed[keys["realm_id"], str(row["Id"])] = row["Balance"]
    paid = Intent.objects.filter(kind="invoice", children__kind="payment")
    return sum(
        owed.get((intent.account, intent.remote_id), 1) != 0
        for intent in paid.filter(children__state__in=GOOD)
    )


def _invoices(books: Simulator, keys: dict[str, str]) -> Iterator[Row]:
    start = 1
    statement = "select Id, Balance from Invoice startposition {} maxresults 1000"
    while rows := books.query(keys, statement.format(start)).get("Invoice", []):
        yield from rows
        start += len(rows)


def _judge_intent(verdict: Counter[str], intent: Intent, made: Sequence[Row]) -> None:
    there = [row for row in made if row["realm"] == intent.account]
    is_good = intent.state in GOOD
    verdict["submitted"] += 1
    verdict["confirmed"] += is_good
    verdict["rejected"] += intent.state == State.REJECTED
    verdict["unresolved"] += not is_good and intent.state != State.REJECTED
    verdict["lost"] += intent.state not in OPEN and not there
    verdict["duplicated"] += max(len(made) - 1, 0)
    verdict["wrong_company"] += len(made) - len(there)
    if is_good and intent.remote_id not in {str(row["id"]) for row in there}:
        verdict["wrong_company"] += 1
    verdict["rescues"] += intent.rescues
    verdict["resends"] += intent.resends


def _judge_acts(
    verdict: Counter[str], acts: Iterable[Act], accepted: Sequence[Row]
) -> None:
    """An e-mail whose fate is unclear is a person's to decide: that is no fault."""
    done = Counter(
        (row["realm"], row["entity"], str(row["id"]), row["operation"])
        for row in accepted
    )
    for act in acts:
        entity = KINDS[act.kind].entity
        count = done[act.account, entity, act.remote_id, str(act.action)]
        is_asked = act.state == State.ESCALATED and act.action == "send"
        verdict["acts"] += 1
        verdict["acts_done"] += act.state in GOOD
        verdict["mails_a_person_is_asked_about"] += is_asked
        verdict["done_twice"] += count > 1
        verdict["not_done"] += act.state in GOOD and not count
        verdict["unresolved"] += act.state not in GOOD and not is_asked


def _label(row: Row) -> str:
    """What the simulator's list calls a document: its note, or the name of an entry."""
    return str(row["marker"] or "").partition("\n")[0]
