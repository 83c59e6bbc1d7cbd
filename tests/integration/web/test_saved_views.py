"""Lists under a name: one's own, shared ones, and what keeps them in order."""

from __future__ import annotations

import pytest
from django.test import Client
from factories.people import make_user, make_workspace
from factories.records import make_deal

from counterfoil.web.models import SavedView
from counterfoil.web.records import saved
from counterfoil.workspaces.models import Role, Workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def base(workspace: Workspace) -> str:
    return f"/w/{workspace.pk}/deals/"


def member(workspace: Workspace, role: Role = Role.SALES) -> Client:
    client = Client()
    client.force_login(make_user(f"{role}", workspace=workspace, role=role))
    return client


@pytest.fixture
def bo(workspace: Workspace) -> Client:
    return member(workspace)


LIST = "?f=amount%3Agreater%3A100&sort=-amount&c=amount%2Csource"


def save(client: Client, base: str, name: str = "Large", **more: str) -> SavedView:
    client.post(f"{base}views/new/{LIST}", {"name": name, **more})
    return SavedView.objects.latest("id")


def views(page: str) -> str:
    return page.partition('class="views"')[2].partition("</nav>")[0]


def test_a_list_is_saved_and_opened_by_its_name(bo, base, workspace):
    make_deal(workspace, name="Big", amount=900)
    make_deal(workspace, name="Small", amount=5)
    assert "Save this list as a view" in bo.get(f"{base}views/new/{LIST}").text
    response = bo.post(
        f"{base}views/new/{LIST}&after=x&add=source", {"name": " Large "}
    )
    view = SavedView.objects.get()
    assert view.query == LIST[1:]
    assert response["Location"] == f"{base}{LIST}&saved={view.pk}"
    page = bo.get(response["Location"]).text
    assert 'aria-current="page"><span class="clip">Large</span>' in views(page)
    assert "Small" not in page.partition("<tbody>")[2]
    assert ">changed<" not in page


def test_a_changed_view_is_saved_anew_or_left(bo, base, workspace):
    make_deal(workspace)
    view = save(bo, base)
    changed = f"?sort=amount&saved={view.pk}"
    page = bo.get(f"{base}{changed}").text
    assert ">changed<" in page
    assert "Leave the changes" in page
    bo.post(f"{base}views/{view.pk}/keep/", {"query": changed})
    view.refresh_from_db()
    assert view.query == "sort=amount"


def test_a_view_is_ones_own_until_it_is_shared(bo, base, workspace):
    make_deal(workspace)
    view = save(bo, base)
    other = member(workspace, Role.ACCOUNTING)
    assert "Large" not in other.get(base).text
    assert other.get(f"{base}views/{view.pk}/").status_code == 404
    bo.post(f"{base}views/{view.pk}/", {"name": "Huge", "is_shared": "1"})
    page = other.get(f"{base}?saved={view.pk}").text
    assert "Huge" in views(page)
    assert "Shared by" in views(page)
    assert "Rename, share or delete" not in page
    for act in ("", "keep/", "delete/"):
        assert (
            other.post(f"{base}views/{view.pk}/{act}", {"name": "X"}).status_code == 403
        )
    assert SavedView.objects.get().name == "Huge"


def test_who_runs_the_workspace_takes_a_shared_view_away(bo, base, workspace):
    view = save(bo, base, is_shared="1")
    member(workspace, Role.ADMIN).post(f"{base}views/{view.pk}/delete/")
    assert not SavedView.objects.exists()


def test_a_reader_keeps_views_but_shares_none(base, workspace):
    reader = member(workspace, Role.READ_ONLY)
    assert "is_shared" not in reader.get(f"{base}views/new/").text
    refused = reader.post(f"{base}views/new/", {"name": "Mine", "is_shared": "1"})
    assert refused.status_code == 422
    assert "Your role cannot share views." in refused.text
    assert save(reader, base, "Mine").name == "Mine"


@pytest.mark.parametrize(
    ("name", "why"),
    [
        (" ", "Enter a name."),
        ("\0", "Enter a name."),
        ("x" * 61, "Use at most 60 characters."),
        ("large", "There is a view of that name."),
    ],
)
def test_a_name_that_cannot_be_is_refused_beside_its_field(
    bo, base, workspace, name, why
):
    save(bo, base)
    refused = bo.post(f"{base}views/new/{LIST}", {"name": name})
    assert refused.status_code == 422
    assert why in refused.text
    assert 'id="f-name-err"' in refused.text
    assert SavedView.objects.count() == 1


def test_views_have_an_end(bo, base, monkeypatch):
    monkeypatch.setattr(saved, "MOST_OWN", 2)
    monkeypatch.setattr(saved, "MOST_SHARED", 1)
    save(bo, base, "One", is_shared="1")
    refused = bo.post(f"{base}views/new/", {"name": "Two", "is_shared": "1"})
    assert "The workspace shares 1 views here." in refused.text
    save(bo, base, "Two")
    refused = bo.post(f"{base}views/new/", {"name": "Three"})
    assert "You have 2 saved views here. Delete one first." in refused.text
    assert SavedView.objects.count() == 2


def test_a_list_that_asks_for_too_much_is_not_saved(bo, base):
    long = "&".join(f"f=name:contains:{'x' * 190}{number}" for number in range(20))
    columns = ",".join(f"column_{number}" for number in range(400))
    refused = bo.post(f"{base}views/new/?{long}&c={columns}", {"name": "Long"})
    assert "This list asks for too much." in refused.text
    assert not SavedView.objects.exists()


def test_a_view_that_is_gone_leaves_its_list(bo, base, workspace):
    make_deal(workspace, name="Still here")
    view = save(bo, base)
    bo.post(f"{base}views/{view.pk}/delete/")
    for text in (str(view.pk), "nonsense", "9" * 40):
        page = bo.get(f"{base}?saved={text}")
        assert page.status_code == 200
        assert "Still here" in page.text


def test_a_view_of_deals_is_none_of_contacts(bo, base, workspace):
    view = save(bo, base)
    assert "Large" in bo.get(base).text
    contacts = base.replace("deals", "contacts")
    assert "Large" not in bo.get(contacts).text
    assert bo.post(f"{contacts}views/{view.pk}/delete/").status_code == 404


def test_a_stranger_learns_of_no_view(bo, base, workspace):
    view = save(bo, base, is_shared="1")
    theirs = make_workspace("Theirs")
    cy = member(theirs, Role.OWNER)
    assert cy.get(f"{base}views/{view.pk}/").status_code == 404
    elsewhere = f"/w/{theirs.pk}/deals/"
    assert cy.post(f"{elsewhere}views/{view.pk}/delete/").status_code == 404
    assert "Large" not in cy.get(f"{elsewhere}?saved={view.pk}").text
    assert SavedView.objects.count() == 1
