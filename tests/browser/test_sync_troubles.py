"""What sync asks a person, in Chromium: a journey by hand, and pictures of every page."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from support.browser import OUTPUT, barriers
from support.troubled import Troubled, make_troubled

from counterfoil.connections.models import Link, RemoteObject
from counterfoil.sync.models import Conflict, Review
from counterfoil.sync.pairs import incoming
from counterfoil.sync.ports import pairings
from counterfoil.sync.settings import choices

pytestmark = pytest.mark.browser
PICTURES = OUTPUT / "sync-troubles"


@pytest.fixture
def troubled(showcase: Any) -> Troubled:
    return make_troubled(showcase, datetime.now(UTC))


def base_of(made: Troubled) -> str:
    books = made.connection
    return f"/w/{books.workspace_id}/settings/integrations/quickbooks/{books.pk}"


def paths(made: Troubled) -> dict[str, str]:
    base, contacts = base_of(made), f"/w/{made.connection.workspace_id}/contacts"
    return {
        "health": f"{base}/",
        "reviews": f"{base}/sync/reviews/",
        "conflicts": f"{base}/sync/conflicts/",
        "issues": f"{base}/sync/issues/",
        "issues-one-cause": f"{base}/sync/issues/?cause=unreadable",
        "issues-none": f"{base}/sync/issues/?show=ignored",
        "there": f"{base}/sync/there/customers/58/",
        "there-unlinked": f"{base}/sync/there/customers/700/",
        "linked": f"{contacts}/{made.linked.pk}/sync/",
        "excluded": f"{contacts}/{made.excluded.pk}/sync/",
        "failing": f"{contacts}/{made.failing.pk}/sync/",
        "link-to": f"{contacts}/{made.failing.pk}/sync/?at={made.connection.pk}-contacts&q=an",
        "record": f"{contacts}/{made.linked.pk}/",
        "attention": f"/w/{made.connection.workspace_id}/attention/",
    }


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_every_page_of_troubles_is_without_barriers_in(
    showcase, troubled, open_page, theme, width
):
    PICTURES.mkdir(parents=True, exist_ok=True)
    page = open_page(showcase.access.user, "/", width=width, theme=theme)
    found = []
    for name, path in paths(troubled).items():
        page.goto(path)
        page.screenshot(path=PICTURES / f"{name}-{theme}-{width}.png", full_page=True)
        found += [f"{name}: {barrier}" for barrier in barriers(page)]
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if wide > 0:
            found.append(f"{name}: {wide} pixels wider than the window")
    assert found + page.problems == []


def read_anew(made: Troubled, remote_id: str, **content: object) -> None:
    """What QuickBooks holds now, as its news would bring it."""
    row = RemoteObject.objects.get(connection=made.connection, remote_id=remote_id)
    row.content = {**row.content, **content}
    row.digest = b"newer"
    row.save()
    pairing = pairings["quickbooks.contacts"]
    settings = choices.of(made.connection, "contacts")
    incoming.apply_rows(
        made.connection,
        pairing,
        settings,
        [row],
        historical=False,
        run=None,
        now=datetime.now(UTC),
    )


def test_an_edit_on_both_sides_waits_and_is_decided(showcase, troubled, open_page):
    made, contact = troubled, troubled.linked
    Conflict.objects.all().delete()
    page: Page = open_page(showcase.access.user, paths(made)["record"])
    page.get_by_role("button", name="Edit Phone", exact=False).or_(
        page.get_by_role("link", name="Edit Phone", exact=False)
    ).first.click()
    page.locator("[name=phone]").fill("555 0777")
    page.locator("[name=phone]").press("Enter")
    expect(page.locator("#record")).to_contain_text("555 0777")
    read_anew(made, "58", phone="555 0888")
    page.goto(paths(made)["linked"])
    expect(page.locator("main")).to_contain_text("Needs a decision")
    expect(page.locator("main")).to_contain_text("555 0777")
    page.goto(paths(made)["conflicts"])
    page.get_by_role("button", name="from QuickBooks, for Phone").click()
    expect(page.locator("#list")).to_contain_text("No conflicts")
    expect(page.locator(".toasts")).to_contain_text("The value of QuickBooks stays")
    contact.refresh_from_db()
    assert contact.phone == "555 0888"
    page.goto(paths(made)["linked"])
    page.get_by_text("Decided before").click()
    expect(page.locator("main")).to_contain_text("the value of QuickBooks stayed")
    assert page.problems == []


def test_questions_are_answered_from_the_keyboard_one_after_the_other(
    showcase, troubled, open_page
):
    made = troubled
    settings = choices.of(made.connection, "contacts")
    choices.save(
        made.connection, replace(settings, filters=()), by=None, now=datetime.now(UTC)
    )
    page: Page = open_page(showcase.access.user, paths(made)["reviews"])
    expect(page.locator("main")).to_contain_text("Question 1 of 3")
    page.keyboard.press("s")
    expect(page.locator("main")).to_contain_text("Question 2 of 3")
    page.keyboard.press("i")
    expect(page.locator("main")).to_contain_text("of 2")
    expect(page.locator(".toasts")).to_contain_text("It will be left alone")
    page.goto(paths(made)["reviews"])
    page.keyboard.press("2")
    expect(page.locator("main")).to_contain_text("Question 1 of 1")
    assert Link.objects.get(remote_id="700").record_id == made.excluded.pk
    page.keyboard.press("n")
    expect(page.locator("main")).to_contain_text("No questions")
    assert not Review.objects.filter(answered_at=None).exists()
    assert page.problems == []


def test_an_excluded_contact_says_why_and_leads_to_what_helps(
    showcase, troubled, open_page
):
    made = troubled
    page: Page = open_page(showcase.access.user, paths(made)["excluded"])
    expect(page.locator("main")).to_contain_text("are synced only where")
    expect(page.locator("main")).to_contain_text("@harbour.example")
    page.get_by_role("link", name="Settings of Contacts").first.click()
    expect(page).to_have_url(
        f"{page.url.split('/w/')[0]}{base_of(made)}/sync/objects/contacts/"
    )


def test_health_says_in_words_what_its_colours_say(showcase, troubled, open_page):
    page: Page = open_page(showcase.access.user, paths(troubled)["health"])
    expect(page.locator(".strip > li")).to_have_count(24)
    # Wherever it stands: an hour may have begun since these were made.
    failed = page.locator(".strip > .bad").last
    failed.focus()
    expect(failed.locator(".tip")).to_be_visible()
    expect(failed).to_contain_text("Failures")
    expect(page.locator("main")).to_contain_text("6 days left")
    page.get_by_role("link", name="61").first.click()
    expect(page.locator("main")).to_contain_text("The name is already used")


def test_the_longest_words_of_an_hour_stay_within_a_narrow_window(
    showcase, troubled, open_page
):
    """At every hour: which one is slow or failed depends on the time of the day."""
    page: Page = open_page(showcase.access.user, paths(troubled)["health"], width=390)
    page.locator(".strip .tip").evaluate_all(
        "tips => tips.forEach(tip => tip.textContent = 'Slowed down by the limit '.repeat(6))"
    )
    edges = page.locator(".strip .tip").evaluate_all(
        "tips => tips.map(tip => tip.getBoundingClientRect()).map(at => [at.left, at.right])"
    )
    assert len(edges) == 24
    assert [edge for edge in edges if edge[0] < 0 or edge[1] > 375] == []


def test_of_tabs_that_do_not_fit_the_open_one_is_in_sight(
    showcase, troubled, open_page
):
    user = showcase.access.user
    user.language = "pl"
    user.save()
    page = open_page(user, paths(troubled)["issues"], width=390)
    tab = page.locator(".tabs [aria-current]").first
    expect(tab).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_page_without_a_connection_says_so(showcase, troubled, open_page):
    books = troubled.connection
    type(books).objects.filter(workspace=books.workspace_id).delete()
    page: Page = open_page(showcase.access.user, paths(troubled)["excluded"])
    expect(page.locator("main")).to_contain_text("no company is connected")
