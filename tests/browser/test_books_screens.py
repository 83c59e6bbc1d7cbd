"""Documents and the books, and going on after a restore: pictures, and no barrier."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from support.browser import OUTPUT, barriers

from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor
from counterfoil.posting import post
from counterfoil.posting.models import (
    Finding,
    Gate,
    Intent,
    NumberSeries,
    Problem,
    Recovery,
    Restoration,
)
from counterfoil.posting.state import State

pytestmark = pytest.mark.browser


@pytest.fixture
def books(showcase):
    """Everything that the pages can tell, at one company."""
    now = datetime.now(UTC)
    connection = showcase.connection
    day = {"count": "1", "total": "20.00"}
    more = {"count": "2", "total": "1240.50"}
    difference = {"day": "2026-03-02", "kind": "credit_memo", "ours": day}
    comparison = {
        "since": now.isoformat(),
        "difference": "1220.50",
        "days": [{**difference, "theirs": more}],
    }
    Restoration.objects.create(noticed_at=now, forgotten=3, sent_at=now)
    Gate.objects.update_or_create(
        connection=connection,
        defaults={
            "comparison": comparison,
            "compared_at": now,
            "open_until": now + timedelta(hours=1),
            "recovery": Recovery.PERSON,
            "recovered_at": now,
        },
    )
    for number, problem in enumerate(Problem):
        Finding.objects.create(
            connection=connection,
            problem=problem,
            kind="invoice",
            marker=f"cf-{number}",
            remote_id=str(900 + number),
            number=f"A-{number}",
            found_at=now,
        )
    for state in (State.REJECTED, State.ESCALATED, State.DIVERGED, State.INTENDED):
        intent = post.submit(
            workspace=connection.workspace,
            connection=connection,
            kind="invoice",
            document={"customer_id": "58", "number": f"B-{state}", "lines": []},
            business_key=[state],
            record=Ref.of(showcase.refused) if state == State.ESCALATED else None,
            actor=Actor.system(),
            now=now,
        )
        said = "The account to deposit to is not in use any more. Choose another one."
        Intent.objects.filter(pk=intent.pk).update(state=state, message=said)
    series, _new = NumberSeries.objects.get_or_create(
        connection=connection, name="sales"
    )
    series.taken.create(number="1007", is_rivals=True, taken_at=now)
    base = f"/w/{connection.workspace_id}"
    settings = f"{base}/settings/integrations/quickbooks"
    return {
        "books": f"{settings}/{connection.pk}/books/",
        "books-health": f"{settings}/{connection.pk}/",
        "books-go-on": f"{settings}/go-on/",
        "books-attention": f"{base}/attention/",
    }


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_the_pages_about_the_books_are_without_barriers_in(
    showcase, books, open_page, theme, width
):
    folder = OUTPUT / "screens"
    folder.mkdir(parents=True, exist_ok=True)
    page, found = open_page(showcase.access.user, "/", width=width, theme=theme), []
    for name, path in books.items():
        page.goto(path)
        page.screenshot(path=folder / f"{name}-{theme}-{width}.png", full_page=True)
        found += [f"{name}: {barrier}" for barrier in barriers(page)]
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if wide > 0:
            found.append(f"{name}: {wide} pixels wider than the window")
    assert found + page.problems == []


def test_what_was_found_is_settled_without_leaving_the_page(showcase, books, open_page):
    page = open_page(showcase.access.user, books["books"])
    first = page.get_by_role("button", name="Mark as looked at").first
    before = page.get_by_role("button", name="Mark as looked at").count()
    first.click()
    page.wait_for_function(
        "n => [...document.querySelectorAll('button')]"
        ".filter(b => b.innerText.includes('looked at')).length === n - 1",
        arg=before,
    )
    assert Finding.objects.filter(resolved_at=None).count() == before - 1
    assert page.problems == []
