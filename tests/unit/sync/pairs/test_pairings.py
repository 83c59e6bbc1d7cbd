"""Which customers are people and which are organisations, and who speaks for what."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from counterfoil.connections.models import Connection
from counterfoil.connectors.quickbooks import fields
from counterfoil.connectors.quickbooks.mappable import CUSTOMER_FIELDS, ITEM_FIELDS
from counterfoil.connectors.quickbooks.pairings import Companies, Contacts, Products
from counterfoil.core.errors import Rejected
from counterfoil.crm.catalogue import object_types
from counterfoil.sync.engine.fields import Direction, FieldKind, Wins
from counterfoil.sync.engine.settings import Settings, packed, unpacked
from counterfoil.sync.engine.verdict import Reason
from counterfoil.sync.pairs import others
from counterfoil.sync.ports import Pairing

CONTACTS, COMPANIES, PRODUCTS = Contacts(), Companies(), Products()
BOTH = frozenset({"contacts", "companies"})
PERSON = {"given_name": "Kate", "display_name": "Kate"}
ORGANISATION = {"display_name": "Cool Cars"}
NAMED = {"company_name": "Cool Cars", "display_name": "Cool Cars"}
TOGETHER = {**PERSON, **NAMED}


@pytest.mark.parametrize(
    ("content", "contact", "company"),
    [
        (PERSON, Reason.NONE, Reason.IS_PERSON),
        (ORGANISATION, Reason.IS_ORGANISATION, Reason.NONE),
        (NAMED, Reason.IS_ORGANISATION, Reason.NONE),
        (TOGETHER, Reason.NONE, Reason.NONE),
    ],
)
def test_who_is_whose_where_both_are_on(
    content: dict[str, str], contact: Reason, company: Reason
) -> None:
    assert CONTACTS.covers(content, BOTH) is contact
    assert COMPANIES.covers(content, BOTH) is company


@given(
    st.dictionaries(
        st.sampled_from(["given_name", "family_name", "company_name"]),
        st.sampled_from(["", "x"]),
    ),
    st.sets(st.sampled_from(["contacts", "companies"]), min_size=1),
)
def test_every_customer_is_somebodys_and_every_field_is_spoken_for_once(
    content: dict[str, str], on: set[str]
) -> None:
    covering = [
        pairing
        for pairing in (CONTACTS, COMPANIES)
        if pairing.name in on and not pairing.covers(content, on)
    ]
    spoken = [pairing.speaks_for(content, on) for pairing in covering]

    assert covering
    assert frozenset().union(*spoken) == {field.name for field in CUSTOMER_FIELDS}
    assert sum(map(len, spoken)) == len(CUSTOMER_FIELDS)


def test_categories_and_bundles_are_no_products() -> None:
    for kind in ("service", "non_inventory", "inventory"):
        assert PRODUCTS.covers({"type": kind}, ()) is Reason.NONE
    for kind in ("category", "bundle", ""):
        assert PRODUCTS.covers({"type": kind}, ()) is Reason.NOT_A_PRODUCT


@pytest.mark.parametrize("pairing", [CONTACTS, COMPANIES, PRODUCTS])
def test_the_default_mappings_are_of_what_there_is(pairing: Pairing) -> None:
    settings = pairing.defaults(Connection(home_currency="USD"))
    known = {field.name: field for field in pairing.fields}
    properties = {prop.name for prop in object_types[pairing.object_type].properties}

    assert not settings.enabled
    for rule in settings.rules:
        field = known[rule.remote]
        assert rule.local in properties
        assert (rule.kind, rule.longest) == (field.kind, field.longest)
        assert (rule.direction is Direction.BOTH) is field.writable
    assert set(settings.match_by) <= set(pairing.match_keys)
    assert unpacked(packed(settings), Settings(pairing.name)) == settings


def test_quickbooks_wins_what_is_billed_and_people_are_asked_who_is_who() -> None:
    rules = COMPANIES.defaults(Connection()).rules
    winners = {rule.local: rule.wins for rule in rules}

    assert winners["city"] is Wins.REMOTE
    assert winners["name"] is winners["phone"] is Wins.ASK


def test_what_can_be_written_is_what_quickbooks_lets_be_written() -> None:
    for pairing_fields, table in (
        (CUSTOMER_FIELDS, fields.CUSTOMER),
        (ITEM_FIELDS, fields.ITEM),
    ):
        for field in pairing_fields:
            assert not field.writable or field.name.partition(".")[0] in table


def test_a_phone_follows_the_mobile_where_the_customer_is_a_company_too() -> None:
    rules = CONTACTS.defaults(Connection()).rules
    properties = {rule.local: None for rule in rules}

    def phone(content: dict[str, str]) -> str:
        spoken = CONTACTS.speaks_for(content, BOTH)
        found = others.chosen_rules(rules, spoken, properties)  # type: ignore[arg-type]
        return next(rule.remote for rule in found if rule.local == "phone")

    assert phone(PERSON) == "phone"
    assert phone(TOGETHER) == "mobile"


def document(pairing: Pairing, **values: object) -> dict[str, object]:
    connection = Connection(home_currency="CAD")
    return pairing.document(connection, pairing.defaults(connection), values)


def test_a_contacts_document_is_named_after_the_person() -> None:
    made = document(
        CONTACTS,
        given_name="Kate",
        family_name="Whelan",
        phone="",
        **{"bill_address.city": "Bayshore"},
    )

    assert made == {
        "name": "Kate Whelan",
        "given_name": "Kate",
        "family_name": "Whelan",
        "bill_address": {"city": "Bayshore"},
        "currency": "CAD",
    }


def test_a_contact_without_a_name_is_called_by_its_email() -> None:
    assert document(CONTACTS, email="kate@example.com")["name"] == "kate@example.com"
    with pytest.raises(Rejected, match="Give it a name"):
        document(CONTACTS)


def test_a_companys_document_says_that_it_is_one() -> None:
    made = document(COMPANIES, display_name="Cool Cars")

    assert (made["name"], made["company_name"]) == ("Cool Cars", "Cool Cars")


def test_a_products_document_needs_the_income_account_of_the_settings() -> None:
    connection = Connection(home_currency="USD")
    chosen = Settings("products", options={"income_account_id": "79"})
    values = {"name": "Cake", "unit_price": "45.5", "taxable": False}

    made = PRODUCTS.document(connection, chosen, values)
    assert (made["income_account_id"], made["kind"]) == ("79", "service")
    assert (made["unit_price"], made["taxable"]) == ("45.5", False)

    with pytest.raises(Rejected, match="income account"):
        PRODUCTS.document(connection, Settings("products"), values)
    with pytest.raises(Rejected, match="name"):
        PRODUCTS.document(connection, chosen, {})


def test_a_customer_with_only_a_display_name_still_has_a_name_here() -> None:
    assert CONTACTS.starting_values(Connection(), ORGANISATION) == {
        "last_name": "Cool Cars"
    }
    assert CONTACTS.starting_values(Connection(), PERSON) == {}


def test_every_kind_of_field_has_a_kind_to_compare_it_by() -> None:
    kinds = {field.name: field.kind for field in (*CUSTOMER_FIELDS, *ITEM_FIELDS)}

    assert kinds["display_name"] is kinds["name"] is FieldKind.NAME
    assert kinds["unit_price"] is FieldKind.MONEY
    assert kinds["bill_address.street"] is FieldKind.LONG_TEXT
