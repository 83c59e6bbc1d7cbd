"""Turn on contacts, look first, import, see what the run did, and take it back.

Ada's browser against a running simulator; a worker carries on between her clicks.
Pictures of every step are kept in test-output/sync-journey.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from factories.people import make_access, make_workspace
from factories.records import make_contact
from playwright.sync_api import Page, expect
from support import simulator as simulated
from support.browser import OUTPUT, barriers
from support.worker import forget_jobs, run_until_idle

from counterfoil.connections.models import Connection, Link
from counterfoil.crm.models import Contact
from counterfoil.workspaces.access import Access

pytestmark = pytest.mark.browser
PICTURES = OUTPUT / "sync-journey"


@dataclass
class Ada:
    """What she looks at, and where her pictures go."""

    page: Page
    access: Access
    connection: Connection
    taken: list[str] = field(default_factory=list)
    found: list[str] = field(default_factory=list)

    @property
    def base(self) -> str:
        connection = self.connection
        return (
            f"/w/{connection.workspace_id}/settings/integrations/quickbooks"
            f"/{connection.pk}/sync/"
        )

    def picture(self, name: str) -> None:
        self.taken.append(name)
        path = PICTURES / f"{len(self.taken):02}-{name}.png"
        self.page.screenshot(path=path, full_page=True)
        self.found += [f"{name}: {barrier}" for barrier in barriers(self.page)]

    def sees(self, text: str) -> None:
        expect(self.page.get_by_role("main").get_by_text(text).first).to_be_visible()

    def presses(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()


@pytest.fixture
def ada(transactional_db, simulator, open_page) -> Iterator[Ada]:
    PICTURES.mkdir(parents=True, exist_ok=True)
    access = make_access(make_workspace("Harbour Bakery"))
    connection = simulated.connect(
        simulator, access.workspace, now=datetime.now(UTC) - timedelta(minutes=1)
    )
    yield Ada(open_page(access.user, "/"), access, connection)
    forget_jobs()


def work() -> None:
    """What the worker does meanwhile."""
    run_until_idle(datetime.now(UTC))


def test_contacts_are_turned_on_looked_at_imported_and_undone(
    ada: Ada, simulator: simulated.Simulator
) -> None:
    simulator.bookkeeper().post(
        "Customer",
        {
            "GivenName": "Jun-seo",
            "FamilyName": "Park",
            "DisplayName": "Jun-seo Park",
            "PrimaryEmailAddr": {"Address": "jun-seo@marbella.example"},
            "PrimaryPhone": {"FreeFormNumber": "+82 2 312 3456"},
        },
    )
    known = make_contact(
        ada.access.workspace,
        first_name="Jun-seo",
        last_name="박준서",
        email="jun-seo@marbella.example",
    )
    for number in range(20):
        make_contact(ada.access.workspace, last_name=f"Nobody {number}")
    import_everything(ada)
    look_before(ada)
    confirm(ada, known)
    undo(ada, known)
    # The confirmation without a yes is refused, and the browser says so.
    problems = [text for text in ada.page.problems if "422" not in text]
    assert ada.found + problems == []


def import_everything(ada: Ada) -> None:
    ada.page.goto(ada.base)
    ada.page.get_by_role("link", name="Choose what is imported").click()
    day = ada.page.locator("input[type=date]")
    expect(day).to_be_hidden()
    ada.page.get_by_role("radio", name="Since a day").check()
    expect(day).to_be_visible()
    ada.page.get_by_role("radio", name="Everything").check()
    ada.picture("import")
    ada.presses("Begin")
    ada.sees("Running")
    ada.picture("importing")
    work()
    ada.sees("Done")
    expect(ada.page.get_by_role("button", name="Stop")).to_have_count(0)
    ada.picture("imported")
    assert not Link.objects.filter(object_type="contact").exists()


def look_before(ada: Ada) -> None:
    """Choices, a filter, and what they would come to; nothing is changed by it."""
    ada.page.get_by_role("link", name="Sync", exact=True).click()
    ada.picture("objects")
    ada.page.get_by_role("link", name="Settings of Contacts").click()
    expect(ada.page.get_by_role("radio", name="On", exact=False).first).to_be_checked()
    outgoing = ada.page.get_by_role("group", name="When new or changed here")
    expect(outgoing).to_be_visible()
    ada.page.get_by_role("radio", name="From QuickBooks only").check()
    expect(outgoing).to_be_hidden()
    ada.page.get_by_role("combobox", name="Property of the filter").select_option(
        label="E-mail"
    )
    ada.presses("Add a filter")
    ada.page.get_by_role("combobox", name="Comparison").select_option("known")
    ada.presses("Add")
    ada.sees("E-mail is known")
    expect(ada.page.get_by_role("radio", name="From QuickBooks only")).to_be_checked()
    ada.picture("choices")
    ada.presses("Remove the filter: E-mail is known")
    ada.sees("All of them take part.")
    ada.presses("See what would change")
    ada.sees("Counting what would change")
    ada.picture("counting")
    work()
    ada.sees("What you changed")
    expect(ada.page.get_by_role("button", name="Confirm")).to_be_visible()
    ada.picture("preview")
    assert Contact.objects.count() == 21


def confirm(ada: Ada, known: Contact) -> None:
    """Without the yes it is refused beside its box; with it a run carries it out."""
    ada.presses("Confirm")
    ada.sees("Say that you want that.")
    ada.page.get_by_role("checkbox", name="Yes, change").check()
    ada.presses("Confirm")
    ada.page.wait_for_url("**/runs/*/")
    work()
    ada.sees("Done")
    ada.sees("+82 2 312 3456")
    ada.picture("run")
    ada.page.get_by_role("link", name="Created here").click()
    expect(ada.page.locator(".change").first).to_be_visible()
    ada.picture("run-created")
    assert Contact.objects.count() > 50
    known.refresh_from_db()
    assert known.phone == "+82 2 312 3456"


def undo(ada: Ada, known: Contact) -> None:
    ada.page.get_by_role("link", name="Undo").click()
    ada.sees("What an undo does not bring back")
    ada.picture("undo")
    ada.presses("Undo it")
    ada.page.wait_for_url("**/runs/*/")
    work()
    ada.sees("Kept: changed since")
    ada.picture("undone")
    known.refresh_from_db()
    assert not known.phone
    assert known.archived_at is None
    assert Contact.objects.filter(archived_at=None).count() == 21
    ada.page.goto(f"{ada.base}runs/")
    ada.sees("Undone")
    ada.picture("runs")
