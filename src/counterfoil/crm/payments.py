"""Payments that are recorded here: money that came in, and what of it went back."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, cast

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from counterfoil.core.errors import CounterfoilError, Invalid
from counterfoil.crm import associations, line_items, queries, timeline
from counterfoil.crm.catalogue import properties_of
from counterfoil.crm.changes import Change, amount_problems, missing, parse_values
from counterfoil.crm.models import (
    Association,
    Deal,
    Payment,
    PaymentSource,
    Quote,
    Record,
)
from counterfoil.crm.records import write
from counterfoil.crm.refs import Ref
from counterfoil.crm.turns import take_turn
from counterfoil.events.origin import Actor, Origin
from counterfoil.workspaces.models import Workspace

# What a payment can be recorded for, and what a person says of it.
PARENTS = ("deal", "quote", "contact", "company")
ENTERED = ("amount", "currency", "paid_on", "method", "reference", "source", "fee")
REQUIRED = ("amount", "currency", "paid_on", "source")
# The books enter their own payments.
SOURCES = tuple(source for source in PaymentSource if source != PaymentSource.BOOKS)
EARLIEST = date(1990, 1, 1)
FURTHEST = timedelta(days=31)
MOST_ALIKE = 5


@dataclass(frozen=True)
class Entry:
    """What a person enters: ``values`` by property, as text or of their type.

    ``is_another`` says that it is not one of those that look like it.
    """

    values: Mapping[str, object] = field(default_factory=dict)
    copies_lines: bool = False
    is_another: bool = False


@dataclass
class Repeated(CounterfoilError):
    """Payments that are here look like the one entered: a person has to say."""

    payments: Sequence[Payment]

    def __str__(self) -> str:
        return _("This payment seems to be recorded already.")


def proposed(workspace: Workspace, parent: Record, now: datetime) -> dict[str, object]:
    """What is likely to be entered: the quote's total or the deal's amount, today."""
    amount = {"quote": "total", "deal": "amount"}.get(parent.object_type, "")
    is_quote = isinstance(parent, Quote)
    return {
        "amount": getattr(parent, amount, None) or None,
        "currency": currency_of(parent) or workspace.home_currency,
        "paid_on": workspace.today(now),
        "source": PaymentSource.QUOTE if is_quote else PaymentSource.MANUAL,
    }


def is_only_here(payment: Payment) -> bool:
    """Whether no books have it: documents in the books may be made of it."""
    return payment.connection_id is None and payment.source != PaymentSource.BOOKS


def currency_of(parent: Record) -> str:
    """The currency that a payment for it must have; ``""`` when any will do."""
    return parent.currency if isinstance(parent, Deal | Quote) else ""


@transaction.atomic
def record(
    *,
    workspace: Workspace,
    parent: Ref,
    entry: Entry,
    actor: Actor,
    now: datetime,
) -> Payment:
    """Record money that came in for a deal, a quote, a contact or a company.

    It is tied to that and to whom it concerns, and told on all of their timelines.
    Raises :class:`Invalid` with sentences by property, and :class:`Repeated`.
    """
    if parent.object_type not in PARENTS:
        raise LookupError(f"no payment is recorded for a {parent.object_type}")
    held = queries.get(workspace, parent.object_type, parent.record_id)
    values = _checked(workspace, held, entry, now)
    take_turn(f"payment|{workspace.pk}")
    if not entry.is_another and (alike := _alike(workspace, parent, values)):
        raise Repeated(alike)
    concerned = _concerned(workspace, held)
    payment = write_one(
        workspace,
        Change("payment", {**values, "customer_name": _payer(concerned)}),
        actor,
        now,
    )
    ref = Ref.of(payment)
    associations.associate_many(
        workspace=workspace,
        pairs=[(Ref.of(each), ref) for each in concerned],
        now=now,
    )
    if entry.copies_lines:
        line_items.copy(
            workspace=workspace, source=parent, target=ref, actor=actor, now=now
        )
    tell(
        workspace,
        payment,
        "payment_recorded",
        on=[Ref.of(each) for each in concerned],
        amount=payment.amount,
        day=payment.paid_on,
        actor=actor,
        now=now,
    )
    return payment


def _checked(
    workspace: Workspace, parent: Record, entry: Entry, now: datetime
) -> dict[str, Any]:
    """The values of a new payment, or :class:`Invalid` with all that is wrong."""
    given = {name: entry.values.get(name) for name in ENTERED}
    given["currency"] = given["currency"] or currency_of(parent)
    values, wrong = parsed(workspace, given, required=REQUIRED)
    if not wrong:
        wrong = _wrong_together(parent, values, workspace.today(now))
        amounts = {name: values[name] for name in ("amount", "fee") if values[name]}
        wrong |= too_fine(workspace, values["currency"], amounts)
    if wrong:
        raise Invalid({name: [sentence] for name, sentence in wrong.items()})
    return values


def parsed(
    workspace: Workspace, given: Mapping[str, object], *, required: Collection[str]
) -> tuple[dict[str, Any], dict[str, str]]:
    """Values of a payment, and a sentence for each that cannot be accepted."""
    properties = properties_of("payment", workspace)
    values, wrong = parse_values(
        Change("payment", given),
        properties,
        is_user=False,
        zone=workspace.zone,
        language=workspace.language,
    )
    for name in required:
        if name not in wrong and values[name] is None:
            wrong[name] = missing(properties[name])
    return values, wrong


def too_fine(
    workspace: Workspace, currency: str, amounts: Mapping[str, Decimal]
) -> dict[str, str]:
    """Sentences for amounts with finer steps than the currency has."""
    made = Payment(currency=currency, **amounts)
    return amount_problems(made, amounts, properties_of("payment", workspace))


def _wrong_together(
    parent: Record, values: Mapping[str, Any], today: date
) -> dict[str, str]:
    wrong: dict[str, str] = {}
    amount, fee = values["amount"], values["fee"] or Decimal(0)
    currency = currency_of(parent)
    if amount <= 0:
        wrong["amount"] = _("Enter an amount above zero.")
    if fee < 0:
        wrong["fee"] = _("Enter the fee as zero or more.")
    elif fee > amount > 0:
        wrong["fee"] = _("The fee cannot be more than the payment.")
    if currency and values["currency"] != currency:
        wrong["currency"] = _("“%(title)s” is in %(currency)s; so is its payment.") % {
            "title": parent,
            "currency": currency,
        }
    if values["source"] not in SOURCES:
        wrong["source"] = _("Choose one from the list.")
    if sentence := wrong_day(values["paid_on"], today):
        wrong["paid_on"] = sentence
    return wrong


def wrong_day(day: date, today: date) -> str:
    if day > today + FURTHEST:
        return _("This day is more than a month ahead.")
    if day < EARLIEST:
        return _("Enter a day after 1989.")
    return ""


def _alike(
    workspace: Workspace, parent: Ref, values: Mapping[str, Any]
) -> list[Payment]:
    """Payments with the same reference; without one, the same amount, day and parent."""
    held = Payment.objects.filter(workspace=workspace, archived_at=None)
    reference = (values["reference"] or "").strip()
    if reference:
        same = held.filter(reference=reference)
    else:
        ties = Association.objects.filter(
            workspace=workspace,
            from_type=parent.object_type,
            from_id=parent.record_id,
            to_type="payment",
        )
        same = held.filter(
            Q(reference=""),
            amount=values["amount"],
            currency=values["currency"],
            paid_on=values["paid_on"],
            pk__in=ties.values("to_id"),
        )
    return list(same.order_by("-id")[:MOST_ALIKE])


def _concerned(workspace: Workspace, parent: Record) -> list[Record]:
    """The parent, a quote's deals, and the first contact and company among them."""
    found = [parent]
    if isinstance(parent, Quote):
        found += associations.of(workspace, Ref.of(parent), "deal")
    for noun in ("contact", "company"):
        if any(each.object_type == noun for each in found):
            continue
        # A payment of a company is not one of its people's; the other way round it is.
        holders = [each for each in found if each.object_type != "company"]
        firsts = (associations.first(workspace, Ref.of(h), noun) for h in holders)
        found += [each for each in firsts if each is not None][:1]
    return found


def _payer(concerned: Sequence[Record]) -> str:
    people = {each.object_type: each.title for each in concerned}
    return people.get("company") or people.get("contact") or ""


def write_one(
    workspace: Workspace, change: Change, actor: Actor, now: datetime
) -> Payment:
    """By the system: what a payment says is read-only where properties are edited."""
    [written] = write(
        workspace=workspace,
        changes=[change],
        actor=actor,
        origin=Origin.system(),
        now=now,
    )
    return cast("Payment", written.record)


def tell(  # noqa: PLR0913  what is told, by name
    workspace: Workspace,
    payment: Payment,
    kind: str,
    *,
    on: Sequence[Ref],
    amount: Decimal,
    day: date | None,
    actor: Actor,
    now: datetime,
) -> None:
    timeline.tell(
        workspace=workspace,
        on=on,
        kind=kind,
        content={
            "payment_id": payment.pk,
            "amount": str(amount),
            "currency": payment.currency,
            "day": day.isoformat() if day else "",
            "method": payment.method,
            "reference": payment.reference,
        },
        about=Ref.of(payment),
        actor=actor,
        at=now,
        key=f"{kind}:{payment.pk}:{payment.version}",
    )
