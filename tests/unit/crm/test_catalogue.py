"""The catalogue names what exists, and its check sees what does not."""

from __future__ import annotations

import pytest

from counterfoil.crm.catalogue import ObjectType, Property, by_slug, object_types
from counterfoil.crm.checks import faults_of
from counterfoil.crm.models import Company, Contact, Expense, Invoice, LineItem, Payment
from counterfoil.crm.property_types.text import Text
from counterfoil.crm.refs import Ref


def test_the_nouns_are_declared() -> None:
    assert sorted(noun.key for noun in object_types) == [
        "company",
        "contact",
        "credit_memo",
        "deal",
        "estimate",
        "expense",
        "invoice",
        "line_item",
        "payment",
        "product",
        "quote",
        "refund_receipt",
        "sales_receipt",
    ]


@pytest.mark.parametrize("noun", list(object_types), ids=lambda noun: str(noun.key))
def test_every_declaration_leads_somewhere(noun: ObjectType) -> None:
    assert list(faults_of(noun)) == []
    assert by_slug(noun.slug) is noun
    assert all(str(label) for label in noun.label)


def test_the_check_names_each_fault() -> None:
    class Wrong(ObjectType):
        key = "wrong"
        slug = "wrong"
        model = Company
        label = ("Wrong", "Wrongs")
        groups = ()
        properties = (Property("colour", Text(), "Colour", "paint"),)
        columns = ("size",)
        associated = ("ghost",)

    assert list(faults_of(Wrong())) == [
        "The model Company is not called 'wrong'.",
        "Company has no field 'colour'.",
        "'colour' stands in the unknown group 'paint'.",
        "The list names 'size', which is no property.",
        "The list names 'updated_at', which is no property.",
        "There is no noun 'ghost' to be associated with.",
    ]


def test_what_the_books_say_is_read_only() -> None:
    def writable(key: str) -> set[str]:
        return {p.name for p in object_types[key].properties if not p.read_only}

    assert writable("invoice") == writable("payment") == {"owner"}
    assert writable("expense") == {"owner"}
    deal = object_types["deal"]
    derived = {p.name for p in deal.properties if p.group == "invoices"}
    assert derived == {
        "invoiced_amount",
        "invoice_recipient",
        "invoice_number",
        "invoice_status",
        "invoice_due_on",
    }
    assert not derived & writable("deal")


@pytest.mark.parametrize(
    ("record", "title"),
    [
        (Contact(first_name="Dora", last_name="Field", email="d@e.com"), "Dora Field"),
        (Contact(last_name="Field"), "Field"),
        (Contact(email="d@e.com"), "d@e.com"),
        (Company(name="Field & Sons"), "Field & Sons"),
        (Invoice(number="1043", customer_name="Dora"), "1043"),
        (Invoice(customer_name="Dora"), "Dora"),
        (Payment(reference="Check 7"), "Check 7"),
        (Expense(vendor_name="Stripe"), "Stripe"),
    ],
)
def test_a_record_is_called_by_its_title(record: Contact, title: str) -> None:
    assert object_types[record.object_type].title_of(record) == title


def test_a_ref_is_a_noun_and_a_number() -> None:
    assert Ref.of(LineItem(pk=5)) == ("line_item", 5)
    assert str(Ref("deal", 7)) == "deal:7"
