"""Makes what recurring templates say is due: run as time is moved, and on demand.

Real time alone makes nothing. What a template makes is dated its next date, carries
`RecurDataRef`, and is told of like any other creation.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from qbo_simulator.books import entering
from qbo_simulator.books.work import Work
from qbo_simulator.catalogue import KINDS
from qbo_simulator.faults import Fault
from qbo_simulator.forms.schedules import Schedule
from qbo_simulator.kinds.recurring import is_due, next_date, type_of

if TYPE_CHECKING:
    from datetime import datetime

    from qbo_simulator.books.kind import Body
    from qbo_simulator.company import Company
    from qbo_simulator.state import State

NOT_COPIED = frozenset({"Id", "SyncToken", "MetaData", "RecurringInfo", "LinkedTxn"})
MOST_AT_ONCE = 1000


def run(company: Company, *, now: datetime) -> list[tuple[str, str]]:
    """Make all that is due; gives entity and id of each, in order.

    A template whose transaction is refused (its customer may be inactive) makes
    nothing and stays due.
    """
    made: list[tuple[str, str]] = []
    with company.store.write() as db:
        rows = db.execute(
            "SELECT id FROM entity WHERE realm = ? AND deleted = 0 "
            "AND kind = 'RecurringTransaction' ORDER BY id",
            (company.realm,),
        ).fetchall()
        work = Work(company.store, KINDS, company.realm, now, company.switches)
        for row in rows:
            made += _run_one(work, int(row["id"]))
        work.finish()
    return made


def run_everywhere(state: State, *, now: datetime) -> list[dict[str, str]]:
    """Make all that is due in every company; gives realm, entity and id of each."""
    with state.store.read() as db:
        realms = [row["realm"] for row in db.execute("SELECT realm FROM company")]
    return [
        {"realm": realm, "entity": entity, "id": number}
        for realm in realms
        for entity, number in run(state.company(realm), now=now)
    ]


def _run_one(work: Work, template: int) -> list[tuple[str, str]]:
    made: list[tuple[str, str]] = []
    while len(made) < MOST_AT_ONCE:
        body = work.fetch("RecurringTransaction", template) or {}
        name = type_of(body) or ""
        if not is_due(body.get(name, {}), work.today):
            break
        work.db.execute("SAVEPOINT due")
        try:
            number = _make(work, name, body[name])
        except Fault:
            work.db.execute("ROLLBACK TO due")
            work.db.execute("RELEASE due")
            work.forget()
            break
        work.db.execute("RELEASE due")
        made.append((name, number))
        _move_on(work, name, body)
    return made


def _make(work: Work, name: str, template: Body) -> str:
    on = template["RecurringInfo"]["ScheduleInfo"]["NextDate"]
    copied = {each: part for each, part in template.items() if each not in NOT_COPIED}
    made = entering.enter(work, name, {**copied, "TxnDate": on})
    body = work.fetch(name, int(made["Id"])) or made
    body["RecurDataRef"] = template["RecurDataRef"]
    work.reword(work.kinds[name], work.kinds[name].served(body))
    return str(made["Id"])


def _move_on(work: Work, name: str, body: Body) -> None:
    """Set the next date; after the last one there is none."""
    template = dict(body[name])
    info = dict(template["RecurringInfo"])
    schedule = dict(info["ScheduleInfo"])
    key = f"recurred:{work.realm}:{template['Id']}"
    count = int(work.store.setting(key, "0")) + 1
    work.store.set_setting(key, str(count))
    done = date.fromisoformat(schedule.pop("NextDate"))
    schedule["PreviousDate"] = done.isoformat()
    if count < int(schedule.get("MaxOccurrences", count + 1)):
        start = date.fromisoformat(schedule.get("StartDate", done.isoformat()))
        schedule |= next_date(schedule, Schedule.of(schedule, start).after(done))
    info["ScheduleInfo"] = schedule
    template["RecurringInfo"] = info
    kind = work.kinds["RecurringTransaction"]
    work.reword(kind, kind.opened({name: template}))
