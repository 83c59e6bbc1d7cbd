"""What people do with the frame, lists and records, with a mouse, keys and no script."""

from __future__ import annotations

import re

import pytest
from factories.people import make_access
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


@pytest.fixture
def base(showcase) -> str:
    return f"/w/{showcase.access.workspace.pk}"


def test_somebody_logs_in_searches_by_key_and_opens_what_was_found(
    showcase, open_page, base
):
    page = open_page(None, f"{base}/deals/")
    page.get_by_label("E-mail").fill("ada@harbour.example")
    page.get_by_label("Password").fill("correct-horse-battery")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Deals")
    page.wait_for_load_state()  # keys are listened to from then on
    page.keyboard.press("/")
    page.keyboard.type("oven service")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Oven service, Pier 4", exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Oven service, Pier 4")
    assert page.problems == []


def test_a_property_is_changed_in_place_without_leaving_the_page(
    showcase, open_page, base
):
    page = open_page(showcase.access.user, f"{base}/deals/{showcase.deal.pk}/")
    page.get_by_role("link", name="Edit Source").click()
    page.get_by_role("textbox", name="Source").fill("A friend")
    page.keyboard.press("Enter")
    expect(page.locator("#p-source")).to_contain_text("A friend")
    expect(page.locator("#edit-source")).to_be_focused()
    expect(page.locator("#timeline")).to_contain_text("to A friend")
    page.get_by_role("link", name="Edit Amount").click()
    page.get_by_role("textbox", name="Amount").fill("plenty")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#p-amount")).to_contain_text("is not a number")
    page.keyboard.press("Escape")
    expect(page.locator("#p-amount")).to_contain_text("$4,861.00")


def test_a_deal_is_dragged_to_another_lane(showcase, open_page, base):
    page = open_page(showcase.access.user, f"{base}/deals/?view=board", width=2400)
    lane = page.get_by_role("region", name="Qualified")
    page.locator(f"#deal-{showcase.deal.pk}").drag_to(lane)
    expect(page.get_by_role("status").first).to_contain_text("is now in Qualified")
    showcase.deal.refresh_from_db()
    assert showcase.deal.stage.name == "Qualified"


def test_a_list_is_narrowed_while_typing_and_its_address_follows(
    showcase, open_page, base
):
    page = open_page(showcase.access.user, f"{base}/contacts/")
    page.get_by_label("Search in Contacts").press_sequentially("박준서", delay=20)
    expect(page.locator("#results tbody tr")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"[?&]q="))
    page.get_by_role("link", name="Contact", exact=True).click()
    expect(page.locator("#results tbody tr")).to_have_count(1)


def test_the_bulk_bar_appears_with_the_first_tick(showcase, open_page, base):
    page = open_page(showcase.access.user, f"{base}/contacts/")
    bar = page.locator(".bulk")
    expect(bar).to_be_hidden()
    page.get_by_label("Select all on this page").check()
    expect(bar).to_contain_text("50")
    page.get_by_role("button", name="Archive").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Archive 50 records?")


def test_the_theme_changes_at_once_and_is_kept(showcase, open_page, base):
    page = open_page(showcase.access.user, f"{base}/")
    page.locator("header .menu summary").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_on_a_phone_the_navigation_is_a_drawer_that_escape_closes(
    showcase, open_page, base
):
    page = open_page(showcase.access.user, f"{base}/", width=390)
    nav = page.get_by_role("navigation", name="Main")
    expect(nav).to_be_hidden()
    page.get_by_role("button", name="Open the navigation").click()
    expect(nav).to_be_visible()
    page.keyboard.press("Escape")
    expect(nav).to_be_hidden()
    page.get_by_role("button", name="Open the navigation").click()
    nav.get_by_role("link", name="Invoices").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Invoices")


def test_without_javascript_records_are_still_created_moved_and_edited(
    showcase, open_page, base
):
    page = open_page(
        showcase.access.user, f"{base}/deals/?view=board", java_script_enabled=False
    )
    ticket = page.locator(f"#deal-{showcase.deal.pk}")
    ticket.locator("summary").click()
    ticket.get_by_label("Move to").select_option("Won")
    ticket.get_by_role("button", name="Move", exact=True).click()
    showcase.deal.refresh_from_db()
    assert showcase.deal.stage.name == "Won"
    page.goto(f"{base}/deals/{showcase.deal.pk}/")
    page.get_by_role("link", name="Edit Source").click()
    page.get_by_label("Source").fill("Fair")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#p-source")).to_contain_text("Fair")
    page.goto(f"{base}/deals/?add=amount")
    page.get_by_label("Comparison").select_option("is more than")
    page.get_by_label("Value", exact=True).fill("1000")
    page.get_by_role("button", name="Apply").click()
    expect(page.locator(".fchip")).to_contain_text("Amount is more than 1,000")


def test_the_first_tab_stop_skips_to_the_content(showcase, open_page, base):
    page = open_page(showcase.access.user, f"{base}/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_an_empty_list_leads_to_the_form_that_fills_it(open_page, transactional_db):
    access = make_access()
    page = open_page(access.user, f"/w/{access.workspace.pk}/contacts/")
    page.locator("#results").get_by_role("link", name="New contact").click()
    expect(page.get_by_label("First name")).to_be_focused()
