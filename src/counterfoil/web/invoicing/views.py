"""The create-invoice wizard: one page per step, and the fragments that HTMX swaps in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from counterfoil.connections import queries as connection_queries
from counterfoil.core.errors import Invalid, Stale
from counterfoil.crm import queries
from counterfoil.crm.catalogue import object_types
from counterfoil.crm.refs import Ref
from counterfoil.invoicing import drafts
from counterfoil.invoicing.checks import STEPS, Problem, of_step
from counterfoil.invoicing.company import items
from counterfoil.invoicing.content import Content, DraftLine, fingerprint, plain
from counterfoil.invoicing.issue import issue_draft, unusable
from counterfoil.invoicing.match import with_item
from counterfoil.invoicing.models import Draft, DraftState
from counterfoil.invoicing.order import NotReady
from counterfoil.web.invoicing import entry, wizard
from counterfoil.web.invoicing.wizard import Page
from counterfoil.web.shell import Request, now, render, render_block, workspace_view
from counterfoil.workspaces.access import Access, Permission

TEMPLATES = {step: f"invoicing/{step}.html" for step in STEPS}
BUILDERS: dict[str, Callable[[Page], dict[str, object]]] = {
    "source": wizard.of_source,
    "customer": wizard.of_customer,
    "lines": wizard.of_lines,
    "terms": wizard.of_terms,
    "review": wizard.of_review,
}
CHANGED_ELSEWHERE = gettext_lazy(
    "This draft was changed in another window. This is how it stands now: look through "
    "it once more."
)
WRONG = 422
CREATING = Permission.CREATE_DOCUMENTS


@workspace_view(CREATING)
def start(
    request: Request, access: Access, object_type: str, record_id: int
) -> HttpResponse:
    """Open a draft from a record, or ask which of those begun to take up again."""
    if object_type not in drafts.STARTING_POINTS:
        raise Http404
    record = queries.get(access.workspace, object_type, record_id)
    started = Ref(object_type, record_id)
    begun = [
        draft
        for draft in drafts.open_drafts(access=access, started=started)
        if draft.content
    ]
    if request.method == "GET" and begun:
        context = {
            "begun": [wizard.summary(draft) for draft in begun],
            "started": record,
            "back": wizard.record_address(access.workspace.pk, record),
            "plural": object_types[object_type].label[1],
        }
        return _framed(request, access, "invoicing/begun.html", context)
    draft = drafts.start(access=access, started=started, now=now())
    return redirect(wizard.step_address(draft, draft.step))


@workspace_view(CREATING)
@require_GET
def draft_list(request: Request, access: Access) -> HttpResponse:
    """The person's open drafts."""
    opened = drafts.open_drafts(access=access)
    begun = [
        {**wizard.summary(draft), "started": record}
        for draft, record in drafts.with_records(access.workspace, opened)
    ]
    context = {"begun": begun}
    return _framed(request, access, "invoicing/drafts.html", context)


@workspace_view(CREATING)
def step(
    request: Request, access: Access, draft_id: UUID, step_key: str
) -> HttpResponse:
    """Show a step, or take in what was entered on it."""
    draft = drafts.get(access=access, draft_id=draft_id)
    if draft.state != DraftState.OPEN:
        return _finished(request, access, draft)
    page = wizard.open_page(access, draft, step_key, now=now())
    if page.company is None and step_key != "source":
        return redirect(wizard.step_address(draft, "source"))
    if request.method != "POST":
        return _show(request, page)
    try:
        return _take(request, page)
    except Stale:
        return redirect(wizard.step_address(draft, step_key))


def _finished(request: Request, access: Access, draft: Draft) -> HttpResponse:
    """A draft that is done leads to what it made; a discarded one to its record."""
    if draft.state == DraftState.ISSUED and draft.document is not None:
        return redirect(_invoice_page(draft))
    messages.info(request, _("This draft was discarded."))
    record = drafts.started_from(draft)
    return redirect(wizard.record_address(access.workspace.pk, record))


def _invoice_page(draft: Draft) -> str:
    return wizard.record_address(draft.workspace_id, drafts.started_from(draft))


def _show(
    request: Request,
    page: Page,
    more: Mapping[str, object] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {**wizard.frame(page), **BUILDERS[page.step](page), **(more or {})}
    return _framed(request, page.access, TEMPLATES[page.step], context, status=status)


def _framed(
    request: Request,
    access: Access,
    template: str,
    context: Mapping[str, object],
    *,
    status: int = 200,
) -> HttpResponse:
    return render(
        request,
        access,
        template,
        context,
        active="deals",
        title=_("Create invoice"),
        status=status,
    )


def _take(request: Request, page: Page) -> HttpResponse:
    """Keep what was entered, then do what was asked for."""
    if page.step == "source":
        return _take_source(request, page)
    if page.company is not None:
        entered = entry.read(page.step, page.content, request.POST.dict(), page.company)
        _keep(page, entered)
    action, _sep, argument = request.POST.get("go", "next").partition(":")
    act = ACTIONS.get(action, _next)
    return act(request, page, argument)


def _keep(page: Page, content: Content) -> None:
    drafts.save(page.draft, content, now=page.now)
    wizard.reread(page, content)


def _take_source(request: Request, page: Page) -> HttpResponse:
    action = request.POST.get("go", "next")
    if action == "close":
        return _close(request, page, "")
    try:
        connection = _chosen_connection(request, page)
        drafts.choose_source(
            page.draft,
            connection=connection,
            key=request.POST.get("source", ""),
            now=page.now,
        )
    except Invalid as error:
        page.problems = [
            Problem("source", name, message)
            for name, texts in error.errors.items()
            for message in texts
        ]
        chosen = {
            "chosen_source": request.POST.get("source", ""),
            "chosen_connection": request.POST.get("connection", ""),
        }
        return _show(request, page, chosen, status=WRONG)
    return redirect(wizard.step_address(page.draft, "customer"))


def _chosen_connection(request: Request, page: Page):  # type: ignore[no-untyped-def]
    given = request.POST.get("connection", "")
    known = connection_queries.of(page.access.workspace, active=False)
    found = next((each for each in known if str(each.pk) == given), None)
    if found is not None and (reasons := unusable(found)):
        raise Invalid({"connection": [reasons[0].message]})
    return found


def _next(request: Request, page: Page, _argument: str) -> HttpResponse:
    assert page.company is not None  # noqa: S101  the step is not shown without
    page.problems = of_step(page.step, page.content, page.company)
    if page.problems:
        return _show(request, page, status=WRONG)
    following = STEPS[STEPS.index(page.step) + 1]
    content = page.content
    assert page.connection is not None  # noqa: S101  a company was read from it
    if following == "lines":
        content = drafts.with_tax(content, page.company, page.connection)
    if following == "terms":
        content = drafts.with_terms(
            content, page.company, page.connection, now=page.now
        )
    drafts.save(page.draft, content, step=following, now=page.now)
    return redirect(wizard.step_address(page.draft, following))


def _previous(request: Request, page: Page, _argument: str) -> HttpResponse:
    before = STEPS[max(STEPS.index(page.step) - 1, 0)]
    return redirect(wizard.step_address(page.draft, before))


def _close(request: Request, page: Page, _argument: str) -> HttpResponse:
    messages.success(request, _("Draft kept. Create invoice takes it up again."))
    return redirect(wizard.record_address(page.access.workspace.pk, page.started))


def _again(request: Request, page: Page, argument: str) -> HttpResponse:
    """Stay on the step, with everything reckoned anew."""
    anchor = f"#{argument}" if argument else ""
    return HttpResponseRedirect(wizard.step_address(page.draft, page.step) + anchor)


def _find(request: Request, page: Page, argument: str) -> HttpResponse:
    """Search without JavaScript."""
    if page.step == "customer":
        sought = entry.text(request.POST, "q")
        return _show(request, page, wizard.of_customer(page, sought))
    sought = entry.text(request.POST, f"q-{argument}")
    found = wizard.of_lines(page, sought_for=argument, sought=sought)
    return _show(request, page, found)


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
    _keep(page, content)
    return _again(request, page, f"line-{key}")


def _add_text(request: Request, page: Page, _argument: str) -> HttpResponse:
    content = page.content.with_line(DraftLine(key="", kind="text"))
    _keep(page, content)
    return _again(request, page, f"line-{content.last_key}")


def _remove(request: Request, page: Page, argument: str) -> HttpResponse:
    _keep(page, page.content.without_line(argument))
    return _again(request, page, "lines")


def _move(by: int) -> Callable[[Request, Page, str], HttpResponse]:
    def move(request: Request, page: Page, argument: str) -> HttpResponse:
        _keep(page, page.content.moved(argument, by=by))
        return _again(request, page, f"line-{argument}")

    return move


def _finish(request: Request, page: Page, _argument: str) -> HttpResponse:
    """Create the draft invoice, once and as it was shown, or say what is in the way."""
    if request.POST.get("seen", "") not in {"", fingerprint(page.content)}:
        page.problems = [Problem("review", "", str(CHANGED_ELSEWHERE))]
        return _show(request, page, status=WRONG)
    try:
        issue_draft(access=page.access, draft=page.draft, now=page.now)
    except NotReady as error:
        page.problems = error.problems
        return _show(request, page, status=WRONG)
    sentence = _("Invoice for %(customer)s is on its way to QuickBooks.")
    customer = wizard.customer_line(page).get("name", "")
    messages.success(request, sentence % {"customer": customer})
    return redirect(wizard.record_address(page.access.workspace.pk, page.started))


ACTIONS: dict[str, Callable[[Request, Page, str], HttpResponse]] = {
    "next": _next,
    "previous": _previous,
    "close": _close,
    "update": _again,
    "find": _find,
    "use": _use,
    "text": _add_text,
    "remove": _remove,
    "up": _move(-1),
    "down": _move(1),
    "finish": _finish,
}


@workspace_view(CREATING)
def resume(request: Request, access: Access, draft_id: UUID) -> HttpResponse:
    """Take a draft up where it was left."""
    draft = drafts.get(access=access, draft_id=draft_id)
    return redirect(wizard.step_address(draft, draft.step))


@workspace_view(CREATING)
@require_POST
def discard(request: Request, access: Access, draft_id: UUID) -> HttpResponse:
    """Give a draft up."""
    draft = drafts.get(access=access, draft_id=draft_id)
    drafts.discard(draft, now=now())
    messages.success(request, _("Draft discarded. Nothing was created in QuickBooks."))
    return redirect(
        wizard.record_address(access.workspace.pk, drafts.started_from(draft))
    )


def _open(access: Access, draft_id: UUID, step_key: str) -> Page:
    draft = drafts.get(access=access, draft_id=draft_id)
    page = wizard.open_page(access, draft, step_key, now=now())
    if draft.state != DraftState.OPEN or page.company is None:
        raise Http404
    return page


@workspace_view(CREATING)
@require_POST
def totals(request: Request, access: Access, draft_id: UUID) -> HttpResponse:
    """The totals of what stands in the form at this moment; nothing is kept."""
    page = _open(access, draft_id, "lines")
    assert page.company is not None  # noqa: S101  ``_open`` sees to it
    entered = entry.read("lines", page.content, request.POST.dict(), page.company)
    wizard.reread(page, entered)
    context = {**wizard.frame(page), **wizard.of_lines(page)}
    return render_block(request, access, "invoicing/live.html", "totals", context)


@workspace_view(CREATING)
@require_POST
def due(request: Request, access: Access, draft_id: UUID) -> HttpResponse:
    """The due date that follows from the terms that stand in the form."""
    page = _open(access, draft_id, "terms")
    assert page.company is not None  # noqa: S101  ``_open`` sees to it
    entered = entry.read("terms", page.content, request.POST.dict(), page.company)
    page.content = drafts.following_terms(entered, page.company)
    return render_block(
        request, access, "invoicing/live.html", "due", wizard.frame(page)
    )


@workspace_view(CREATING)
@require_GET
def find_customers(request: Request, access: Access, draft_id: UUID) -> HttpResponse:
    """Customers of the books that hold the words."""
    page = _open(access, draft_id, "customer")
    sought = entry.text(request.GET, "q")
    context = {**wizard.frame(page), **wizard.of_customer(page, sought)}
    return render_block(request, access, "invoicing/live.html", "customers", context)


@workspace_view(CREATING)
@require_GET
def find_items(request: Request, access: Access, draft_id: UUID) -> HttpResponse:
    """Products of the books that hold the words, for a line or a new one."""
    page = _open(access, draft_id, "lines")
    assert page.connection is not None  # noqa: S101  ``_open`` sees to it
    key = entry.text(request.GET, "for", "new")
    sought = entry.text(request.GET, f"q-{key}")
    context = {
        **wizard.frame(page),
        "key": key,
        "sought": sought,
        "found": wizard.items_found(page.connection, sought) if sought else [],
    }
    return render_block(request, access, "invoicing/live.html", "items", context)
