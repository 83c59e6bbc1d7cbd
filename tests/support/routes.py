"""The table of all addresses: how to build each, and what it takes to use it.

A new route needs an entry here, or ``test_access_walk`` fails. ``Estate`` holds one of
everything in one workspace; ``build`` gives the route's arguments after the workspace.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from factories import people, records, runs, troubles

from counterfoil.connections.models import Connection
from counterfoil.crm import attachments
from counterfoil.crm.models import Record
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor
from counterfoil.invoicing import drafts
from counterfoil.invoicing.models import Draft
from counterfoil.posting import acts, post
from counterfoil.posting.models import Finding, Problem
from counterfoil.web.models import SavedView
from counterfoil.workspaces import tokens
from counterfoil.workspaces.access import Access, Permission
from counterfoil.workspaces.models import Membership, Role, User, Workspace


@dataclass(frozen=True)
class Estate:
    """One workspace with one of everything."""

    workspace: Workspace
    owner: User
    member: Membership
    connection: Connection
    draft: Draft
    records: Mapping[str, Record]
    troubles: Mapping[str, int]

    def pk(self, noun: str) -> int:
        return self.records[noun].pk


def make_estate(name: str, now: datetime) -> Estate:
    workspace = people.make_workspace(name)
    owner = people.make_user(f"Owner of {name}", workspace=workspace)
    other = people.make_user(f"Member of {name}", workspace=workspace, role=Role.SALES)
    connection = people.make_connection(workspace, name=f"{name} books")
    made: dict[str, Record] = {
        "contacts": records.make_contact(workspace),
        "companies": records.make_company(workspace),
        "deals": records.make_deal(workspace),
        "quotes": records.make_quote(workspace),
        "products": records.make_product(workspace),
        "invoices": records.make_invoice(workspace, connection=connection.pk),
        "payments": records.make_payment(workspace),
    }
    draft = drafts.start(
        access=Access(workspace, owner, Role.OWNER),
        started=Ref.of(made["deals"]),
        now=now,
    )
    return Estate(
        workspace,
        owner,
        Membership.objects.get(workspace=workspace, user=other),
        connection,
        draft,
        made,
        _make_troubles(connection, made["contacts"]),
    )


def _make_troubles(connection: Connection, contact: Record) -> dict[str, int]:
    """What sync asks a person about one contact."""
    troubles.make_customer(connection)
    link = troubles.make_link(connection, contact)
    return {
        "conflict": troubles.make_conflict(link).pk,
        "issue": troubles.make_issue(connection, contact).pk,
        "review": troubles.make_review(connection, contact).pk,
    }


@dataclass(frozen=True)
class Route:
    """``permission`` is what a member needs; ``sends`` is the form, for a POST."""

    build: Callable[[Estate], tuple[Any, ...]] = lambda _estate: ()
    permission: Permission = Permission.VIEW
    method: str = "get"
    sends: Mapping[str, Any] = field(default_factory=dict)


def _record(noun: str, *more: Any) -> Callable[[Estate], tuple[Any, ...]]:
    return lambda estate: (noun, estate.pk(noun), *more)


def _tie(estate: Estate) -> tuple[Any, ...]:
    return ("deals", estate.pk("deals"), "contacts", estate.pk("contacts"))


def _deal(estate: Estate) -> tuple[Any, ...]:
    return ("deal", estate.pk("deals"))


def _invoice(estate: Estate) -> tuple[Any, ...]:
    return ("invoice", estate.pk("invoices"))


def _attachment(estate: Estate) -> tuple[Any, ...]:
    made = attachments.add(
        workspace=estate.workspace,
        ref=Ref.of(estate.records["invoices"]),
        name="order.txt",
        content=b"18 ovens",
        actor=Actor.system(),
        now=estate.draft.created_at,
    )
    return (*_invoice(estate), made.pk)


def _act(estate: Estate) -> tuple[Any, ...]:
    act = acts.ask(
        workspace=estate.workspace,
        connection=estate.connection,
        kind="invoice",
        action="void",
        record=Ref.of(estate.records["invoices"]),
        business_key=["walk"],
        actor=Actor.system(),
        now=estate.draft.created_at,
    )
    return (*_invoice(estate), act.pk)


def _estimate(estate: Estate) -> tuple[Any, ...]:
    return ("estimate", *_deal(estate))


def _draft(estate: Estate) -> tuple[Any, ...]:
    return (estate.draft.pk,)


def _connection(estate: Estate) -> tuple[Any, ...]:
    return (estate.connection.pk,)


def _run(estate: Estate) -> tuple[Any, ...]:
    return (estate.connection.pk, runs.make_run(estate.connection).pk)


def _proposal(estate: Estate) -> tuple[Any, ...]:
    return (estate.connection.pk, runs.make_proposal(estate.connection).pk)


def _trouble(kind: str) -> Callable[[Estate], tuple[Any, ...]]:
    return lambda estate: (estate.connection.pk, estate.troubles[kind])


def _finding(estate: Estate) -> tuple[Any, ...]:
    found, _is_new = Finding.objects.get_or_create(
        connection=estate.connection,
        problem=Problem.ORPHAN,
        kind="invoice",
        remote_id="900",
        defaults={"marker": "cf-walk", "found_at": estate.workspace.created_at},
    )
    return (estate.connection.pk, found.pk)


def _intent(estate: Estate) -> tuple[Any, ...]:
    intent = post.submit(
        workspace=estate.workspace,
        connection=estate.connection,
        kind="invoice",
        document={"customer_id": "58", "lines": []},
        business_key=["walk"],
        record=None,
        actor=Actor.system(),
        now=estate.workspace.created_at,
    )
    return (estate.connection.pk, intent.pk)


def _remote(estate: Estate) -> tuple[Any, ...]:
    return (estate.connection.pk, "customers", "7")


def _asked(estate: Estate) -> tuple[Any, ...]:
    return (*_record("contacts")(estate), estate.connection.pk, "contacts", "leave")


def _member(estate: Estate) -> tuple[Any, ...]:
    return (estate.member.pk,)


def _token(estate: Estate) -> tuple[Any, ...]:
    access = Access(estate.workspace, estate.owner, Role.OWNER)
    issued = tokens.issue(
        access=access,
        name="Shop",
        scopes=["documents.read"],
        now=estate.workspace.created_at,
    )
    return (issued.token.pk,)


def _view(estate: Estate) -> tuple[Any, ...]:
    view = SavedView.objects.create(
        workspace=estate.workspace,
        owner=estate.owner,
        object_type="deal",
        name=f"View {SavedView.objects.count()}",
        created_at=estate.workspace.created_at,
        updated_at=estate.workspace.created_at,
    )
    return ("deals", view.pk)


EDIT, CREATE = Permission.EDIT_RECORDS, Permission.CREATE_DOCUMENTS
RESOLVE = Permission.RESOLVE_POSTINGS
SEND, VOID = Permission.SEND_DOCUMENTS, Permission.VOID_DOCUMENTS
INTEGRATIONS, PEOPLE = Permission.MANAGE_INTEGRATIONS, Permission.MANAGE_PEOPLE
# Addresses outside of any workspace: open to everybody, or about the person alone.
OPEN = {
    "livez",
    "readyz",
    "root",
    "login",
    "logout",
    "password",
    "workspaces",
    "theme",
    "language",
    "quickbooks_callback",
    "quickbooks_hook",
    "api_documents",
    "api_document",
    "api_send",
    "api_void",
    "api_delete",
}
ROUTES: dict[str, Route] = {
    "home": Route(),
    "search": Route(),
    "attention": Route(),
    "attention_again": Route(permission=INTEGRATIONS, method="post"),
    "settings": Route(),
    "workspace_settings": Route(permission=Permission.MANAGE_SETTINGS),
    "people": Route(),
    "person_role": Route(_member, PEOPLE, "post", {"role": "accounting"}),
    "person_remove": Route(_member, PEOPLE, "post"),
    "api_tokens": Route(permission=Permission.MANAGE_SETTINGS),
    "api_token_revoke": Route(_token, Permission.MANAGE_SETTINGS, "post"),
    "integration": Route(),
    "connection": Route(_connection),
    "connect": Route(permission=INTEGRATIONS, method="post"),
    "reconnect": Route(_connection, INTEGRATIONS, "post"),
    "disconnect": Route(_connection, INTEGRATIONS),
    "posting_resume": Route(permission=RESOLVE),
    "books": Route(_connection),
    "books_finding": Route(_finding, RESOLVE, "post"),
    "books_document": Route(_intent, RESOLVE, "post", {"answer": "cancel"}),
    "contact_rule": Route(_connection),
    "contact_rule_set": Route(_connection, INTEGRATIONS, "post", {"rule": "classic"}),
    "sync": Route(_connection),
    "sync_import": Route(_connection),
    "sync_object": Route(lambda estate: (estate.connection.pk, "contacts")),
    "sync_mappings": Route(lambda estate: (estate.connection.pk, "contacts")),
    "sync_held": Route(lambda estate: (estate.connection.pk, "contacts")),
    "sync_preview": Route(_proposal),
    "sync_confirm": Route(_proposal, INTEGRATIONS, "post"),
    "sync_discard": Route(_proposal, INTEGRATIONS, "post"),
    "sync_runs": Route(_connection),
    "sync_run": Route(_run),
    "sync_run_stop": Route(_run, INTEGRATIONS, "post"),
    "sync_run_resume": Route(_run, INTEGRATIONS, "post"),
    "sync_run_undo": Route(_run, INTEGRATIONS),
    "sync_run_confirm": Route(_run, INTEGRATIONS, "post"),
    "sync_reviews": Route(_connection),
    "sync_review": Route(_trouble("review"), EDIT, "post", {"answer": "ignore"}),
    "sync_conflicts": Route(_connection),
    "sync_conflict": Route(_trouble("conflict"), EDIT, "post", {"keep": "local"}),
    "sync_issues": Route(_connection),
    "sync_issue": Route(_trouble("issue"), EDIT, "post", {"act": "ignore"}),
    "sync_issues_all": Route(_connection, EDIT, "post", {"act": "ignore"}),
    "sync_remote": Route(_remote),
    "sync_remote_read": Route(_remote, EDIT, "post"),
    "sync_record": Route(_record("contacts")),
    "sync_record_act": Route(_asked, EDIT, "post"),
    "records": Route(lambda _estate: ("contacts",)),
    "records_export": Route(lambda _estate: ("deals",), Permission.EXPORT),
    "records_archive": Route(lambda _estate: ("deals",), EDIT, "post"),
    "records_send": Route(lambda _estate: ("invoices",), SEND, "post"),
    "records_export_chosen": Route(
        lambda _estate: ("deals",), Permission.EXPORT, "post"
    ),
    "saved_view_new": Route(lambda _estate: ("deals",)),
    "saved_view_edit": Route(_view),
    "saved_view_keep": Route(_view, method="post"),
    "saved_view_delete": Route(_view, method="post"),
    "record_new": Route(lambda _estate: ("deals",), EDIT),
    "record": Route(_record("deals")),
    "record_edit": Route(_record("deals"), EDIT),
    "record_timeline": Route(_record("deals")),
    "record_archive": Route(_record("products"), EDIT, "post"),
    "record_restore": Route(_record("products"), EDIT, "post"),
    "record_property": Route(_record("deals", "name"), EDIT),
    "ties": Route(_record("deals", "contacts"), EDIT),
    "tie_remove": Route(_tie, EDIT, "post"),
    "lines": Route(_record("deals"), EDIT),
    "payment_new": Route(_record("deals"), EDIT),
    "payment_refund": Route(lambda estate: (estate.pk("payments"),), EDIT),
    "deal_move": Route(lambda estate: (estate.pk("deals"),), EDIT, "post"),
    "quote_act": Route(lambda estate: (estate.pk("quotes"), "publish"), EDIT, "post"),
    "invoice_new": Route(_deal, CREATE, "post"),
    "document_new": Route(_estimate, CREATE, "post"),
    "payment_fee": Route(lambda estate: (estate.pk("payments"),), CREATE),
    "invoices_pay": Route(_invoice, CREATE),
    "invoice_drafts": Route(permission=CREATE),
    "invoice_draft": Route(_draft, CREATE),
    "invoice_discard": Route(_draft, CREATE, "post"),
    "invoice_totals": Route(_draft, CREATE, "post"),
    "invoice_due": Route(_draft, CREATE, "post"),
    "invoice_customers": Route(_draft, CREATE),
    "invoice_items": Route(_draft, CREATE),
    "invoice_step": Route(lambda estate: (estate.draft.pk, "source"), CREATE),
    "invoice_card": Route(_deal),
    "invoice_existing": Route(_deal, EDIT),
    "document_preview": Route(_invoice),
    "document_open": Route(_invoice),
    "document_send": Route(_invoice, SEND),
    "document_unsend": Route(_invoice, SEND, "post"),
    "document_void": Route(_invoice, VOID),
    "document_delete": Route(_invoice, VOID),
    "document_decide": Route(_act, VOID, "post", {"answer": "leave"}),
    "document_pdf": Route(_invoice),
    "attachments": Route(_invoice),
    "attachment": Route(_attachment),
    "attachment_add": Route(_invoice, EDIT, "post"),
    "attachment_remove": Route(_attachment, EDIT, "post"),
    "document_story": Route(_invoice),
    "document_correct": Route(_invoice, CREATE, "post"),
    "document_cancel": Route(_invoice, CREATE, "post"),
    "document_state": Route(_invoice),
    "document_remove": Route(_invoice, EDIT, "post"),
}
