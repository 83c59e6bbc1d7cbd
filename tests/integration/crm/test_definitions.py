"""Custom properties."""

from __future__ import annotations

from datetime import datetime

import pytest
from factories import make_company, make_workspace

from counterfoil.core.errors import Invalid
from counterfoil.crm import definitions
from counterfoil.crm.catalogue import properties_of
from counterfoil.crm.definitions import Wish
from counterfoil.crm.models import PropertyDefinition
from counterfoil.workspaces.models import Workspace

RED = (("red", "Red"), ("blue", "Blue"))


@pytest.fixture
def workspace(db: None) -> Workspace:
    return make_workspace()


def define(workspace: Workspace, now: datetime, wish: Wish) -> str:
    return definitions.define(
        workspace=workspace, object_type="company", wish=wish, now=now
    ).name


def test_a_property_is_used_like_a_built_in_one_in_its_workspace_only(
    workspace: Workspace, now: datetime
) -> None:
    assert define(workspace, now, Wish("Tax number (EU)", "text")) == "tax_number_eu"
    assert define(workspace, now, Wish("Colours", "multi_choice", RED)) == "colours"
    company = make_company(workspace, tax_number_eu="PL7", colours="blue;red")
    prop = properties_of("company", workspace)["colours"]
    assert prop.of(company) == ("red", "blue")
    assert prop.type.display(prop.of(company)) == "Red, Blue"
    assert "colours" not in properties_of("company", make_workspace("Cy's shop"))
    assert "colours" not in properties_of("contact", workspace)


def test_an_archived_property_leaves_the_pages_and_keeps_its_values(
    workspace: Workspace, now: datetime
) -> None:
    define(workspace, now, Wish("Colour", "choice", RED))
    company = make_company(workspace, colour="red")
    definition = PropertyDefinition.objects.get()
    definitions.archive(
        workspace=make_workspace("Cy's shop"), definition_id=definition.pk, now=now
    )
    assert "colour" in properties_of("company", workspace)
    definitions.archive(workspace=workspace, definition_id=definition.pk, now=now)
    assert "colour" not in properties_of("company", workspace)
    company.refresh_from_db()
    assert company.custom == {"colour": "red"}


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        (Wish("", "text"), "label"),
        (Wish("Name", "text"), "label"),
        (Wish("Title", "text"), "label"),
        (Wish("Taken", "text"), "label"),
        (Wish("세금", "text"), "name"),
        (Wish("Tax", "text", name="Tax Number"), "name"),
        (Wish("Boss", "owner"), "type_key"),
        (Wish("Colour", "choice"), "options"),
        (Wish("Colour", "choice", (("red", "Red"), ("red", "Rot"))), "options"),
        (Wish("Colour", "choice", (("a;b", "A"),)), "options"),
        (Wish("Colour", "choice", RED, unique=True), "unique"),
        (Wish("Colour", "text", group="nowhere"), "group"),
    ],
)
def test_a_wish_that_cannot_be_granted_says_where(
    wish: Wish, field: str, workspace: Workspace, now: datetime
) -> None:
    define(workspace, now, Wish("Taken", "text"))
    with pytest.raises(Invalid) as caught:
        define(workspace, now, wish)
    assert list(caught.value.errors) == [field]


@pytest.mark.parametrize(
    ("label", "name"),
    [("Tax number", "tax_number"), ("2nd e-mail", "p_2nd_e_mail"), ("세금", "")],
)
def test_a_name_comes_from_its_label(label: str, name: str) -> None:
    assert definitions.name_of(label) == name
