"""What of a payment was given back: in parts, or all of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import cast

from django.db import transaction
from django.utils.translation import gettext as _

from counterfoil.core.errors import Invalid
from counterfoil.core.money import Money
from counterfoil.crm import associations, payments, queries
from counterfoil.crm.catalogue import display, properties_of
from counterfoil.crm.models import Payment
from counterfoil.crm.records import Change
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor
from counterfoil.workspaces.models import Workspace

ENTERED = ("amount", "refunded_on")


def left(payment: Payment) -> Money:
    """What can still be given back of a payment."""
    if payment.voided or payment.deleted_remotely:
        return Money(Decimal(0), payment.currency)
    rest = max(payment.amount - payment.refunded, Decimal(0))
    return Money(rest, payment.currency)


def is_refunded_in_full(payment: Payment) -> bool:
    """Whether all of the money went back."""
    return bool(0 < payment.amount <= payment.refunded)


@transaction.atomic
def refund(
    *,
    workspace: Workspace,
    payment_id: int,
    values: Mapping[str, object],
    expected_version: int | None = None,
    actor: Actor,
    now: datetime,
) -> Payment:
    """Record that all of a payment, or a part, was given back; parts add up.

    ``values`` are ``amount`` and ``refunded_on``. Raises :class:`Invalid`, and
    :class:`Stale` when the payment has moved on from ``expected_version``.
    """
    held = cast("Payment", queries.get(workspace, "payment", payment_id))
    amount, day = _refundable(workspace, held, values, now)
    payment = payments.write_one(
        workspace,
        Change(
            "payment",
            {"refunded": held.refunded + amount, "refunded_on": day},
            payment_id,
            expected_version=expected_version or held.version,
        ),
        actor,
        now,
    )
    ref = Ref.of(payment)
    ties = [
        each
        for noun in payments.PARENTS
        for each in associations.refs_of(workspace, ref, noun)
    ]
    payments.tell(
        workspace,
        payment,
        "payment_refunded",
        on=[ref, *ties],
        amount=amount,
        day=day,
        actor=actor,
        now=now,
    )
    return payment


def _refundable(
    workspace: Workspace, payment: Payment, given: Mapping[str, object], now: datetime
) -> tuple[Decimal, date]:
    """The amount and the day, or :class:`Invalid`."""
    rest = left(payment)
    if not rest.amount:
        raise Invalid({"": [_nothing_left(payment)]})
    asked = {name: given.get(name) for name in ENTERED}
    values, wrong = payments.parsed(workspace, asked, required=ENTERED)
    if "amount" not in wrong:
        wrong |= _wrong_amount(workspace, values["amount"], rest)
    if "refunded_on" not in wrong:
        wrong |= _wrong_day(payment, values["refunded_on"], workspace.today(now))
    if wrong:
        raise Invalid({name: [sentence] for name, sentence in wrong.items()})
    return values["amount"], values["refunded_on"]


def _nothing_left(payment: Payment) -> str:
    if payment.voided or payment.deleted_remotely:
        return _("This payment is void: there is nothing to give back.")
    return _("All of this payment was given back already.")


def _wrong_amount(workspace: Workspace, amount: Decimal, rest: Money) -> dict[str, str]:
    if amount <= 0:
        return {"amount": _("Enter an amount above zero.")}
    if amount > rest.amount:
        shown = Payment(amount=rest.amount, currency=rest.currency)
        prop = properties_of("payment", workspace)["amount"]
        words = display(shown, prop, locale=workspace.language)
        return {"amount": _("At most %(left)s can be given back.") % {"left": words}}
    return payments.too_fine(workspace, rest.currency, {"amount": amount})


def _wrong_day(payment: Payment, day: date, today: date) -> dict[str, str]:
    if payment.paid_on is not None and day < payment.paid_on:
        return {"refunded_on": _("This is before the day of the payment.")}
    sentence = payments.wrong_day(day, today)
    return {"refunded_on": sentence} if sentence else {}
