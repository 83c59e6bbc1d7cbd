"""What a record's page says of the records above and below it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client
from factories import make_access, make_company, make_user, make_workspace

from counterfoil.crm import associations
from counterfoil.crm.refs import Ref

pytestmark = pytest.mark.django_db


def test_a_companys_page_shows_what_it_is_above_and_below() -> None:
    workspace = make_workspace()
    ada, cy = Client(), Client()
    ada.force_login(make_access(workspace).user)
    cy.force_login(make_user("Cy"))
    parent = make_company(workspace, name="Freeman")
    job = make_company(workspace, name="55 Twin Lane")
    associations.associate_many(
        workspace=workspace,
        pairs=[(Ref.of(job), Ref.of(parent))],
        label="parent",
        back="child",
        now=datetime(2026, 5, 4, tzinfo=UTC),
    )
    address = f"/w/{workspace.pk}/companies"

    below = ada.get(f"{address}/{job.pk}/").text
    above = ada.get(f"{address}/{parent.pk}/").text

    assert "Freeman" in below
    assert "Parent" in below
    assert "55 Twin Lane" in above
    assert "Sub-customer" in above
    assert cy.get(f"{address}/{job.pk}/").status_code == 404
