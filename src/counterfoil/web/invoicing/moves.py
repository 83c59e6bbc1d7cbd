"""What can be done on a step: go on, go back, search, and work on the lines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext as _, gettext_lazy

from counterfoil.invoicing import drafts, rates
from counterfoil.invoicing.checks import STEPS, Problem, of_step
from counterfoil.invoicing.company import items
from counterfoil.invoicing.content import DraftLine, fingerprint, plain
from counterfoil.invoicing.issue import issue_draft
from counterfoil.invoicing.match import with_item
from counterfoil.invoicing.order import NotReady
from counterfoil.invoicing.sentences import open_day
from counterfoil.web.invoicing import entry, showing, wizard
from counterfoil.web.invoicing.framing import WRONG, keep, show
from counterfoil.web.invoicing.wizard import Page
from counterfoil.web.shell import Request

CHANGED_ELSEWHERE = gettext_lazy(
    "This draft was changed in another window. This is how it stands now: look through "
    "it once more."
)


def forward(request: Request, page: Page, _argument: str) -> HttpResponse:
    assert page.company is not None  # noqa: S101  the step is not shown without
    page.problems = of_step(page.step, page.content, page.company)
    if page.problems:
        return show(request, page, status=WRONG)
    if page.step == STEPS[-1]:
        return _again(request, page, "")
    following = STEPS[STEPS.index(page.step) + 1]
    content = page.content
    assert page.connection is not None  # noqa: S101  a company was read from it
    if following == "lines":
        content = drafts.with_tax(content, page.company, page.connection)
    if following == "terms" and not content.has_proposals:
        rates.read_for(page.connection, content, page.company, now=page.now)
        content = drafts.with_terms(
            content, page.company, page.connection, now=page.now
        )
    drafts.save(page.draft, content, step=following, now=page.now)
    return redirect(wizard.step_address(page.draft, following))


def _previous(request: Request, page: Page, _argument: str) -> HttpResponse:
    before = STEPS[max(STEPS.index(page.step) - 1, 0)]
    return redirect(wizard.step_address(page.draft, before))


def close(request: Request, page: Page, _argument: str) -> HttpResponse:
    messages.success(request, _("Draft kept. You can take it up again from here."))
    return redirect(wizard.record_address(page.access.workspace.pk, page.started))


def _again(request: Request, page: Page, argument: str) -> HttpResponse:
    """Stay on the step, with everything reckoned anew."""
    anchor = f"#{argument}" if argument else ""
    return HttpResponseRedirect(wizard.step_address(page.draft, page.step) + anchor)


def _find(request: Request, page: Page, argument: str) -> HttpResponse:
    """Search without JavaScript."""
    if page.step == "customer":
        sought = entry.text(request.POST, "q")
        return show(request, page, showing.of_customer(page, sought))
    sought = entry.text(request.POST, f"q-{argument}")
    found = showing.of_lines(page, sought_for=argument, sought=sought)
    return show(request, page, found)


def _use(request: Request, page: Page, argument: str) -> HttpResponse:
    """Take a product of the books for a line, or for a new one."""
    key, _sep, item_id = argument.partition(":")
    assert page.connection is not None  # noqa: S101  the step is not shown without
    item = items(page.connection, [item_id]).get(item_id)
    if item is None:
        return _again(request, page, "")
    if key == "new":
        price = plain(item.unit_price) if item.unit_price is not None else ""
        line = DraftLine(
            key="", description=item.description, unit_price=price, taxable=item.taxable
        )
        content = page.content.with_line(with_item(line, item))
        key = str(content.last_key)
    else:
        content = page.content
        for held in page.content.lines:
            if held.key == key:
                chosen = with_item(replace(held, taxable=item.taxable), item)
                content = content.changed_line(chosen)
    keep(page, content)
    return _again(request, page, f"line-{key}")


def _add_text(request: Request, page: Page, _argument: str) -> HttpResponse:
    content = page.content.with_line(DraftLine(key="", kind="text"))
    keep(page, content)
    return _again(request, page, f"line-{content.last_key}")


def _remove(request: Request, page: Page, argument: str) -> HttpResponse:
    keep(page, page.content.without_line(argument))
    return _again(request, page, "lines")


def _move(by: int) -> Callable[[Request, Page, str], HttpResponse]:
    def move(request: Request, page: Page, argument: str) -> HttpResponse:
        keep(page, page.content.moved(argument, by=by))
        return _again(request, page, f"line-{argument}")

    return move


def _finish(request: Request, page: Page, _argument: str) -> HttpResponse:
    """Create the document, once and as it was shown, or say what is in the way."""
    if request.POST.get("seen", "") not in {"", fingerprint(page.content)}:
        page.problems = [Problem("review", "", str(CHANGED_ELSEWHERE))]
        return show(request, page, status=WRONG)
    try:
        issue_draft(access=page.access, draft=page.draft, now=page.now)
    except NotReady as error:
        page.problems = error.problems
        return show(request, page, status=WRONG)
    customer = wizard.customer_line(page).get("name", "")
    messages.success(request, page.kind.on_its_way % {"customer": customer})
    return redirect(wizard.record_address(page.access.workspace.pk, page.started))


def _open_day(request: Request, page: Page, _argument: str) -> HttpResponse:
    """Date the document on the first day that the books are open again."""
    assert page.company is not None  # noqa: S101  the step is not shown without
    opened = open_day(page.company)
    if opened is not None:
        content = replace(page.content, issued_on=opened.isoformat())
        keep(page, drafts.following_terms(content, page.company))
    return _again(request, page, "")


MOVES: dict[str, Callable[[Request, Page, str], HttpResponse]] = {
    "next": forward,
    "previous": _previous,
    "close": close,
    "update": _again,
    "find": _find,
    "open_day": _open_day,
    "use": _use,
    "text": _add_text,
    "remove": _remove,
    "up": _move(-1),
    "down": _move(1),
    "finish": _finish,
}
