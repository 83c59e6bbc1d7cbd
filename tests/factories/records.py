"""Records, made by the one door."""

from __future__ import annotations

import itertools
from datetime import datetime
from decimal import Decimal
from typing import Any, cast

from counterfoil.crm.models import (
    Company,
    Contact,
    Deal,
    Invoice,
    Payment,
    Pipeline,
    Product,
    Quote,
    Record,
    Stage,
    StageOutcome,
)
from counterfoil.crm.records import Change, write
from counterfoil.events.origin import Actor, Origin
from counterfoil.workspaces.models import Workspace
from factories.people import NOW

# Apart from those of remote.py and from what tests write down, and all of one length:
# how many there were before depends on the tests that ran before.
_numbers = itertools.count(10_001)


def make_record(
    workspace: Workspace, object_type: str, *, now: datetime = NOW, **values: Any
) -> Record:
    """Any noun, written by the system (which may write what people may only read)."""
    [written] = write(
        workspace=workspace,
        changes=[Change(object_type, values)],
        actor=Actor.system(),
        origin=Origin.system(),
        now=now,
    )
    return written.record


def make_contact(workspace: Workspace, **values: Any) -> Contact:
    number = next(_numbers)
    defaults = {
        "first_name": "Dora",
        "last_name": f"Field {number}",
        "email": f"dora.{number}@example.com",
    }
    return cast("Contact", make_record(workspace, "contact", **{**defaults, **values}))


def make_company(workspace: Workspace, **values: Any) -> Company:
    defaults = {"name": f"Field & Sons {next(_numbers)}"}
    return cast("Company", make_record(workspace, "company", **{**defaults, **values}))


def make_pipeline(workspace: Workspace, name: str = "Sales") -> Pipeline:
    """Three stages: open, won, lost."""
    position = Pipeline.objects.filter(workspace=workspace).count()
    pipeline = Pipeline.objects.create(
        workspace=workspace, name=name, position=position
    )
    for place, outcome in enumerate(StageOutcome):
        Stage.objects.create(
            pipeline=pipeline,
            name=str(outcome.label),
            position=place,
            outcome=outcome,
            probability=[20, 100, 0][place],
        )
    return pipeline


def make_deal(workspace: Workspace, **values: Any) -> Deal:
    if not Pipeline.objects.filter(workspace=workspace).exists():
        make_pipeline(workspace)
    defaults = {"name": f"Wedding cake {next(_numbers)}", "amount": Decimal(1200)}
    return cast("Deal", make_record(workspace, "deal", **{**defaults, **values}))


def make_quote(workspace: Workspace, **values: Any) -> Quote:
    defaults = {"number": f"Q-{next(_numbers)}", "name": "Wedding cake"}
    return cast("Quote", make_record(workspace, "quote", **{**defaults, **values}))


def make_product(workspace: Workspace, **values: Any) -> Product:
    number = next(_numbers)
    defaults = {
        "name": f"Cake {number}",
        "sku": f"CAKE-{number}",
        "unit_price": Decimal("45.5"),
    }
    return cast("Product", make_record(workspace, "product", **{**defaults, **values}))


def make_invoice(workspace: Workspace, **values: Any) -> Invoice:
    total = values.get("total", Decimal(100))
    defaults = {
        "number": str(next(_numbers)),
        "customer_name": "Dora Field",
        "total": total,
        "subtotal": total,
        "balance": total,
    }
    return cast("Invoice", make_record(workspace, "invoice", **{**defaults, **values}))


def make_payment(workspace: Workspace, **values: Any) -> Payment:
    defaults = {"amount": Decimal(100), "method": "Check"}
    return cast("Payment", make_record(workspace, "payment", **{**defaults, **values}))
