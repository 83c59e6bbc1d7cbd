"""Who and what a showcase is full of: companies, people, products and deals."""

from __future__ import annotations

from datetime import datetime

from counterfoil.crm.models import Pipeline, PropertyDefinition, Stage, StageOutcome
from counterfoil.crm.records import Change, write
from counterfoil.events.origin import Actor, Origin
from counterfoil.workspaces.access import Access

LONG = (
    "Kindergarten- und Schulverpflegungsgenossenschaft Oberaltenweyarn-Unterdarching"
    " eingetragene Genossenschaft mit beschränkter Haftung"
)
PEOPLE = (
    ("Jun-seo", "Park (박준서)", "Operations"),
    ("Lucía", "Fernández-Ochoa", "Accounts payable"),
    ("Maximiliana-Theodora", "von und zu Hohenlohe-Waldenburg-Schillingsfürst", "CEO"),
    ("O", "", ""),
    ("Zażółć", "Gęślą-Jaźń", "Właścicielka"),
)
STAGES = (
    ("Appointment", StageOutcome.OPEN),
    ("Qualified", StageOutcome.OPEN),
    ("Proposal sent", StageOutcome.OPEN),
    ("Decision maker in", StageOutcome.OPEN),
    ("Contract sent", StageOutcome.OPEN),
    ("Won", StageOutcome.WON),
    ("Lost", StageOutcome.LOST),
)


def written(access: Access, now: datetime, *changes: Change) -> list:
    done = write(
        workspace=access.workspace,
        changes=changes,
        actor=Actor.user(access.user.pk, access.user.name),
        origin=Origin.system(),
        now=now,
    )
    return [written.record for written in done]


def make_companies(access: Access, now: datetime) -> list:
    names = ("Marbella Foods", LONG, "한빛 베이커리", "Café Ångström & Söhne GmbH", "X")
    return written(
        access,
        now,
        *(
            Change("company", {"name": name, "domain": "marbella.example"})
            for name in names
        ),
    )


def make_contacts(access: Access, now: datetime) -> list:
    changes = [
        Change(
            "contact",
            {
                "first_name": first,
                "last_name": last,
                "job_title": job,
                "email": f"person{number}@marbella.example",
                "phone": "+1 555 0100",
                "owner": access.user.pk,
            },
        )
        for number, (first, last, job) in enumerate(PEOPLE)
    ]
    changes += [
        Change("contact", {"first_name": "Contact", "last_name": f"Number {number:03}"})
        for number in range(200)
    ]
    return written(access, now, *changes)


def make_products(access: Access, now: datetime) -> list:
    return written(
        access,
        now,
        Change("product", {"name": "Oven service", "sku": "SVC-1", "unit_price": "95"}),
        Change("product", {"name": LONG, "sku": "L-1", "unit_price": "0.0012345"}),
        Change("product", {"name": "Free sample", "sku": "", "unit_price": "0"}),
    )


def make_stages(access: Access) -> list[Stage]:
    pipeline = Pipeline.objects.create(
        workspace=access.workspace, name="Sales pipeline"
    )
    return [
        Stage.objects.create(
            pipeline=pipeline, name=name, position=place, outcome=outcome
        )
        for place, (name, outcome) in enumerate(STAGES)
    ]


def make_deals(access: Access, stages: list[Stage], now: datetime) -> list:
    PropertyDefinition.objects.create(
        workspace=access.workspace,
        object_type="deal",
        name="oven_model",
        label="Oven model",
        type_key="text",
        created_at=now,
    )
    changes = [
        Change(
            "deal",
            {
                "name": "Oven service, Pier 4",
                "amount": "4860",
                "stage": stages[4].pk,
                "pipeline": stages[4].pipeline_id,
                "closes_on": "2026-12-12",
                "owner": access.user.pk,
                "source": "Referral",
                "oven_model": "Rotor 900",
                "invoiced_amount": "3420",
                "invoice_status": "partially_paid",
                "invoice_number": "1043",
                "invoice_recipient": "accounts-payable.invoices@marbella-foods-group.example",
                "invoice_due_on": "2026-12-20",
            },
        ),
        Change(
            "deal",
            {
                "name": LONG,
                "amount": "123456789012.34",
                "stage": stages[0].pk,
                "pipeline": stages[0].pipeline_id,
            },
        ),
        Change(
            "deal",
            {
                "name": "한빛 베이커리 오븐 유지보수 계약",
                "amount": "9800000",
                "currency": "KRW",
                "stage": stages[1].pk,
                "pipeline": stages[1].pipeline_id,
            },
        ),
        Change(
            "deal",
            {
                "name": "Zero",
                "amount": "0",
                "stage": stages[2].pk,
                "pipeline": stages[2].pipeline_id,
            },
        ),
    ]
    changes += [
        Change(
            "deal",
            {
                "name": f"Bread contract {number}",
                "amount": str(100 + number),
                "stage": stages[number % 7].pk,
                "pipeline": stages[0].pipeline_id,
            },
        )
        for number in range(30)
    ]
    return written(access, now, *changes)
