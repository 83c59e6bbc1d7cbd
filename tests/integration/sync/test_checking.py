"""Settings that cannot be carried out are not even proposed, and it says why."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from factories import NOW, make_connection
from factories.remote import make_object

from counterfoil.connections.models import Connection
from counterfoil.crm import definitions
from counterfoil.crm.definitions import Wish
from counterfoil.sync.engine.fields import Direction, FieldKind, Rule
from counterfoil.sync.engine.match import MatchKey
from counterfoil.sync.engine.settings import Taking
from counterfoil.sync.settings import choices
from counterfoil.sync.settings.checking import check_settings

pytestmark = pytest.mark.django_db
ACCOUNT = "income_account_id"


def errors(
    connection: Connection, name: str = "contacts", **chosen: Any
) -> dict[str, list[str]]:
    wanted = replace(choices.of(connection, name), **{"enabled": True, **chosen})
    return check_settings(connection, wanted, now=NOW)


@pytest.mark.parametrize("name", ["contacts", "companies", *choices.DOCUMENTS])
def test_the_defaults_will_do(connection: Connection, name: str) -> None:
    assert errors(connection, name) == {}


def test_what_is_off_may_be_half_done(connection: Connection) -> None:
    assert errors(connection, "products", enabled=False, rules=()) == {}


def test_products_go_out_once_an_income_account_is_chosen(
    connection: Connection,
) -> None:
    assert list(errors(connection, "products")) == ["income_account"]
    make_object(connection, "accounts", {"name": "Sales"}, remote_id="79")
    assert errors(connection, "products", options={ACCOUNT: "79"}) == {}
    assert errors(connection, "products", direction=Direction.IN) == {}
    assert errors(connection, "products", outgoing=Taking.UPDATE) == {}


def test_an_account_that_is_not_in_use_is_not_chosen(connection: Connection) -> None:
    make_object(connection, "accounts", {"name": "Old"}, remote_id="8", active=False)
    for chosen in ("8", "999"):
        found = errors(connection, "products", options={ACCOUNT: chosen})
        assert found == {ACCOUNT: ["Choose one from the list."]}


def test_another_companys_account_is_not_chosen(connection: Connection) -> None:
    other = make_connection(connection.workspace)
    make_object(other, "accounts", {"name": "Sales"}, remote_id="79")
    assert errors(connection, "products", options={ACCOUNT: "79"})


def test_something_must_be_taken_over(connection: Connection) -> None:
    nothing = Taking.NOTHING
    found = errors(connection, incoming=nothing, outgoing=nothing)
    assert list(found) == ["direction"]
    found = errors(connection, direction=Direction.IN, incoming=nothing)
    assert list(found) == ["direction"]
    assert errors(connection, direction=Direction.OUT, incoming=nothing) == {}


def test_who_makes_new_ones_says_how_to_recognise_what_is_there(
    connection: Connection,
) -> None:
    found = errors(connection, match_by=())
    assert "doubled" in found["match_by"][0]
    update = Taking.UPDATE
    assert errors(connection, match_by=(), incoming=update, outgoing=update) == {}
    assert list(errors(connection, match_by=(MatchKey.SKU,))) == ["match_by"]
    twice = (MatchKey.EMAIL, MatchKey.EMAIL)
    assert list(errors(connection, match_by=twice)) == ["match_by"]


def test_filters_name_properties_and_questions_that_there_are(
    connection: Connection,
) -> None:
    assert errors(connection, filters=(("email", "known", None),)) == {}
    found = errors(connection, filters=(("shoe_size", "is", "44"),))
    assert found == {"filters": ["There is no property “shoe_size”."]}
    assert list(errors(connection, filters=(("email", "less", "3"),))) == ["filters"]


def test_a_mapping_is_checked_where_it_stands(connection: Connection) -> None:
    rules = choices.of(connection, "contacts").rules
    wrong = Rule("shoe_size", "fax", FieldKind.PHONE)
    found = errors(connection, rules=(*rules, wrong))
    assert list(found) == [f"rules.{len(rules)}"]
    assert list(errors(connection, rules=())) == ["rules"]
    outward = (replace(rules[0], direction=Direction.OUT),)
    found = errors(connection, direction=Direction.IN, rules=outward)
    assert list(found) == ["rules"]


def test_a_property_that_was_archived_breaks_its_mapping(
    connection: Connection,
) -> None:
    made = definitions.define(
        workspace=connection.workspace,
        object_type="contact",
        wish=Wish("Fax", "phone"),
        now=NOW,
    )
    rules = choices.of(connection, "contacts").rules
    with_fax = (*rules, Rule("fax", "fax", FieldKind.PHONE))
    assert errors(connection, rules=with_fax) == {}
    definitions.archive(workspace=connection.workspace, definition_id=made.pk, now=NOW)
    [sentence] = errors(connection, rules=with_fax)[f"rules.{len(rules)}"]
    assert "no longer exists" in sentence


def test_documents_only_come_in(connection: Connection) -> None:
    assert list(errors(connection, "invoices", direction=Direction.BOTH)) == [
        "direction"
    ]
    rule = Rule("number", "number")
    filters = (("number", "known", None),)
    found = errors(connection, "invoices", rules=(rule,), filters=filters)
    assert set(found) == {"rules", "filters"}
