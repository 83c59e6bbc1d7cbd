"""Whom automatic documents go to: the rule of a company, and what the other changes."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from counterfoil.connections.models import Connection, ContactRule
from counterfoil.core.errors import Invalid
from counterfoil.crm.catalogue import object_types
from counterfoil.invoicing import rule_changes
from counterfoil.invoicing.rule_changes import Difference, Preview
from counterfoil.web.shell import Request, now, workspace_view
from counterfoil.web.sync import frame
from counterfoil.workspaces.access import Access, Permission


@dataclass(frozen=True)
class Rule:
    """One of the two, as the page explains it."""

    key: str
    label: str
    sentence: str
    chosen: bool


@dataclass(frozen=True)
class Part:
    """What would differ among the records of one noun."""

    label: str
    slug: str
    count: int
    examples: list[Difference]


@require_safe
@workspace_view()
def rule(request: Request, access: Access, connection_id: int) -> HttpResponse:
    """The rule as it is; with ``compare``, what the other one would change."""
    found = frame.one(access, connection_id)
    context: dict[str, object] = {
        "rules": [_drawn(each, found) for each in ContactRule],
        "other": _drawn(rule_changes.other(found.contact_rule), found),
        "history": rule_changes.changes(found),
    }
    if "compare" in request.GET:
        other = rule_changes.other(found.contact_rule)
        preview = rule_changes.preview(found, other, now=now())
        context |= {"preview": preview, "parts": _parts(preview)}
    return frame.page(
        request,
        access,
        found,
        "settings/contact_rule.html",
        context,
        active="contact_rule",
    )


@require_POST
@workspace_view(Permission.MANAGE_INTEGRATIONS)
def choose(request: Request, access: Access, connection_id: int) -> HttpResponse:
    """Set the rule; what it changes was shown, and is counted once more."""
    found = frame.one(access, connection_id)
    wanted = request.POST.get("rule", "")
    if wanted not in ContactRule.values:
        raise Http404
    rule = ContactRule(wanted)
    try:
        rule_changes.change(access=access, connection=found, rule=rule, now=now())
    except Invalid as error:
        messages.info(request, str(error))
    else:
        sentence = _("%(company)s now follows this rule: %(rule)s.")
        messages.success(
            request, sentence % {"company": found.name, "rule": rule.label}
        )
    back = reverse("contact_rule", args=[access.workspace.pk, found.pk])
    return HttpResponseRedirect(back)


def _drawn(rule: ContactRule, connection: Connection) -> Rule:
    sentence = rule_changes.explained(rule)
    chosen = rule == connection.contact_rule
    return Rule(rule.value, str(rule.label), sentence, chosen)


def _parts(preview: Preview) -> list[Part]:
    return [
        Part(
            str(object_types[noun].label[1]),
            object_types[noun].slug,
            preview.counts.get(noun, 0),
            preview.of(noun),
        )
        for noun in rule_changes.SOURCES
        if preview.counts.get(noun)
    ]
