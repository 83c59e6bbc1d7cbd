"""What people do in a ``Machine``, here, there and to sync, one deed a step."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from counterfoil.core.errors import Invalid
from counterfoil.crm.models import Contact
from counterfoil.crm.records import Change
from counterfoil.crm.refs import Ref
from counterfoil.sync import issues, on_request
from counterfoil.sync.engine.fields import Direction, Wins
from counterfoil.sync.engine.settings import Archived, Gone, NameTaken
from counterfoil.sync.models import Issue, Quarantine
from counterfoil.sync.pairs import conflicts, linking, reviews
from counterfoil.sync.ports import pairings
from support.sync_machine import ADA, CONTACTS, Machine
from support.twin import FIELDS, Person, Twin
from support.twin_ports import SERVICE

PAIRS = (
    ("first_name", "given_name"),
    ("last_name", "family_name"),
    ("email", "email"),
    ("phone", "phone"),
    ("city", "city"),
)
LOCAL = {remote: local for local, remote in PAIRS}
WORDS = ("Ada", "Bo ", "Cy", "  Di", "EVE", "eve", "Zoë", "A very long name indeed", "")
PHONES = ("+1 (555) 010-9999", "5550109999", "+15550101234567", "555", "")


def value(machine: Machine, field: str) -> str:
    dice = machine.dice
    if field == "email":
        number = dice.randrange(8)
        return dice.choice([f"P{number}@Example.test", f"p{number}@x.test", ""])
    return dice.choice(PHONES if field == "phone" else WORDS)


# Here.


def edit_here(machine: Machine) -> None:
    if people := machine.contacts():
        edit_record(machine, machine.dice.choice(people), fields(machine))


def fields(machine: Machine) -> list[str]:
    """One or two that somebody types into."""
    return machine.dice.sample(FIELDS, machine.dice.choice([1, 1, 2]))


def edit_record(machine: Machine, contact: Contact, picked: Sequence[str]) -> None:
    put_here(machine, contact, {field: value(machine, field) for field in picked})


def put_here(machine: Machine, contact: Contact, typed: Mapping[str, str]) -> None:
    values = {LOCAL[field]: text for field, text in typed.items()}
    try:
        machine.write_here(Change("contact", values, contact.pk))
    except Invalid:
        return  # nobody is left without a name and an address
    for field, text in typed.items():
        machine.note("", contact.pk, field, text)


def create_here(machine: Machine) -> None:
    values = {
        "first_name": machine.dice.choice(["Fay", "Gus", "Hal"]) + str(machine.step),
        "email": value(machine, "email"),
    }
    machine.write_here(Change("contact", values))


def create_namesake_here(machine: Machine) -> None:
    """Called as somebody there is; whether it is the same person nobody knows."""
    if people := machine.side().twin.living():
        person = machine.dice.choice(people)
        given = person.name[:12].strip()
        address = f"n{machine.step}@x.test"
        machine.write_here(Change("contact", {"first_name": given, "email": address}))


def archive_here(machine: Machine) -> None:
    rows = Contact.objects.filter(workspace=machine.workspace).order_by("pk")
    if people := list(rows):
        contact = machine.dice.choice(people)
        gone = contact.archived_at is None
        machine.write_here(Change("contact", {}, contact.pk, archived=gone))
        machine.switched.add(str(contact.pk))


# There.


def edit_there(machine: Machine) -> None:
    side = machine.side()
    people = [each for each in side.twin.living() if each.active]
    if people:
        edit_person(machine, side.twin, machine.dice.choice(people), fields(machine))


def edit_person(
    machine: Machine, twin: Twin, person: Person, picked: Sequence[str]
) -> None:
    put_there(machine, twin, person, {each: value(machine, each) for each in picked})


def put_there(
    machine: Machine, twin: Twin, person: Person, typed: Mapping[str, str]
) -> None:
    twin.edit(person, **typed)
    for field in typed:
        machine.note(twin.account, person.remote_id, field, person.values[field])


def create_there(machine: Machine) -> None:
    given = machine.dice.choice(["Ian", "Joy", "Kim"]) + str(machine.step)
    address = value(machine, "email")
    machine.side().twin.add(given, given_name=given, email=address)


def switch_there(machine: Machine) -> None:
    side = machine.side()
    if people := side.twin.living():
        person = machine.dice.choice(people)
        side.twin.switch(person, active=not person.active)
        machine.switched.add(f"{side.account}/{person.remote_id}")


def merge_there(machine: Machine) -> None:
    side = machine.side()
    people = [each for each in side.twin.living() if each.active]
    if len(people) > 1:
        loser, survivor = machine.dice.sample(people, 2)
        side.twin.merge(loser, survivor)


# Both at once.


def edit_both(machine: Machine) -> None:
    """The same person on both sides, before anybody hears of the other."""
    pairs = list(machine.in_step())
    if pairs:
        side, _link, contact, person = machine.dice.choice(pairs)
        mine = fields(machine)
        theirs = mine if machine.dice.random() < 0.6 else fields(machine)
        edit_record(machine, contact, mine)
        edit_person(machine, side.twin, person, theirs)


def create_doubles(machine: Machine) -> None:
    """Two of one address on one side, and one on the other: which of them is it?"""
    address = f"d{machine.step}@x.test"
    here, there = machine.dice.choice([(2, 1), (1, 2)])
    for number in range(here):
        name = f"Lea{machine.step}{number}"
        machine.write_here(Change("contact", {"first_name": name, "email": address}))
    twin = machine.side().twin
    for number in range(there):
        name = f"Max{machine.step}{number}"
        twin.add(name, given_name=name, email=address)


# What people say to sync.


def change_mapping(machine: Machine) -> None:
    """Which way a field travels, and whether it may be emptied."""
    side = machine.side()
    rules = list(side.settings.rules)
    index = machine.dice.randrange(len(rules))
    rules[index] = replace(
        rules[index],
        direction=machine.dice.choice([Direction.BOTH, *Direction]),
        may_empty=machine.dice.random() < 0.3,
    )
    machine.bent.add(rules[index].remote)
    machine.choose(side, rules=tuple(rules))


def change_winner(machine: Machine) -> None:
    """Whose value stays: what it is written over is kept, whoever wins."""
    side = machine.side()
    wins = machine.dice.choice([Wins.LOCAL, Wins.LOCAL, Wins.REMOTE])
    rules = tuple(replace(rule, wins=wins) for rule in side.settings.rules)
    machine.choose(side, rules=rules)


def let_people_decide(machine: Machine) -> None:
    """Every mapping asks; where both sides change a field, nothing is overruled."""
    side = machine.side()
    rules = tuple(replace(rule, wins=Wins.ASK) for rule in side.settings.rules)
    machine.choose(side, rules=rules)


def change_choices(machine: Machine) -> None:
    side = machine.side()
    on_archived = machine.dice.choice(list(Archived))
    if on_archived is Archived.UNLINK:
        machine.unlinking.add(side.account)
    machine.choose(
        side,
        on_gone=machine.dice.choice(list(Gone)),
        on_archived=on_archived,
        name_taken=machine.dice.choice(list(NameTaken)),
    )


def change_filters(machine: Machine) -> None:
    side = machine.side()
    asked = () if side.settings.filters else (("last_name", "is_not", "Cy"),)
    machine.choose(side, filters=asked)


def answer_conflict(machine: Machine) -> None:
    if found := machine.conflicts():
        keep = machine.dice.choice([Wins.LOCAL, Wins.REMOTE])
        _told(
            machine,
            lambda: conflicts.answer(
                machine.dice.choice(found), keep, by=ADA, now=machine.now
            ),
            f"conflicts answered: {keep}",
        )


def answer_review(machine: Machine) -> None:
    if not (found := machine.reviews()):
        return
    review = machine.dice.choice(found)
    answers: list[dict[str, object]] = [{"new": True}, {"ignore": True}]
    answers += [{"id": str(each["id"])} for each in review.candidates]
    answer = machine.dice.choice(answers)
    word = f"reviews answered: {review.side} {next(iter(answer))}"
    _told(
        machine,
        lambda: reviews.answer(review, answer, by=ADA, now=machine.now),
        word,
    )


def link_by_hand(machine: Machine) -> None:
    """Somebody says that two are one; refused where one of them is another already."""
    side = machine.side()
    contacts, persons = machine.contacts(), side.twin.living()
    if not (contacts and persons):
        return
    contact, person = machine.dice.choice(contacts), machine.dice.choice(persons)
    _told(
        machine,
        lambda: linking.link(
            side.connection,
            pairings[f"{SERVICE}.{CONTACTS}"],
            remote_id=person.remote_id,
            record_id=contact.pk,
            by=ADA,
            now=machine.now,
        ),
        "linked by hand",
    )


def unlink(machine: Machine) -> None:
    if pairs := list(machine.links()):
        side, link = machine.dice.choice(pairs)
        machine.parted.add((side.account, link.remote_id))
        machine.parted.add(("", str(link.record_id)))
        linking.unlink(
            link, ignore=machine.dice.random() < 0.3, by=ADA, now=machine.now
        )


def follow_again(machine: Machine) -> None:
    for _side, link in list(machine.links()):
        linking.follow_again(link, by=ADA, now=machine.now)


def retry_issues(machine: Machine) -> None:
    for issue in Issue.objects.order_by("pk"):
        issues.retry(issue, now=machine.now)


def let_go(machine: Machine) -> None:
    """Every field that is held may be written again, as its page's button says."""
    pairing = pairings[f"{SERVICE}.{CONTACTS}"]
    for held in Quarantine.objects.select_related("connection", "link").order_by("pk"):
        record = Ref("contact", held.link.record_id)
        on_request.release(
            held.connection, pairing, record, held.field, now=machine.now
        )


def answer_everything(machine: Machine) -> bool:
    """What is open is answered, what is held let go; ``False`` when nothing was."""
    was_asked = Quarantine.objects.exists()
    for _each in range(200):
        if not (machine.conflicts() or machine.reviews()):
            break
        was_asked = True
        answer_conflict(machine)
        answer_review(machine)
    let_go(machine)
    return was_asked


def _told(machine: Machine, work: Callable[[], object], word: str) -> None:
    try:
        work()
    except Invalid:
        machine.met["answers refused"] += 1
    else:
        machine.met[word] += 1
