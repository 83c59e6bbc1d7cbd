"""Contacts and companies, declared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from django.utils.translation import gettext as _, gettext_lazy

from counterfoil.crm.catalogue import ObjectType, Property, object_types
from counterfoil.crm.models import (
    Company,
    Contact,
    Record,
)
from counterfoil.crm.nouns.shared import (
    ABOUT,
    ADDRESS,
    CUSTOM,
    MONEY,
    POSTAL,
    RECORD,
    ROLLED_UP,
    SHARED,
)
from counterfoil.crm.property_types.email import Email
from counterfoil.crm.property_types.phone import Phone
from counterfoil.crm.property_types.text import Text
from counterfoil.crm.property_types.url import Url
from counterfoil.workspaces.models import Workspace

DOCUMENTS = (
    "estimate",
    "sales_receipt",
    "credit_memo",
    "refund_receipt",
    "expense",
)


class CustomerType(ObjectType):
    """Who may be a customer: what their documents come to is computed from these."""

    def complete(self, workspace: Workspace, records: Sequence[Record]) -> None:
        """Nothing: the currency comes with the sums."""


@object_types.register
class ContactType(CustomerType):
    """People."""

    key = "contact"
    slug = "contacts"
    model = Contact
    label = (gettext_lazy("Contact"), gettext_lazy("Contacts"))
    groups = (ABOUT, MONEY, ADDRESS, CUSTOM, RECORD)
    properties = (
        Property("first_name", Text(max_length=100), gettext_lazy("First name")),
        Property("last_name", Text(max_length=100), gettext_lazy("Last name")),
        Property("email", Email(), gettext_lazy("E-mail")),
        Property("phone", Phone(), gettext_lazy("Phone")),
        Property("job_title", Text(max_length=200), gettext_lazy("Job title")),
        Property("website", Url(), gettext_lazy("Website")),
        *POSTAL,
        *ROLLED_UP,
        *SHARED,
    )
    columns = ("email", "phone", "job_title", "owner", "updated_at")
    associated = (
        "company",
        "deal",
        "quote",
        "invoice",
        "payment",
        *DOCUMENTS,
        "contact",
    )

    def title_of(self, record: Record) -> str:
        contact = cast("Contact", record)
        name = f"{contact.first_name} {contact.last_name}".strip()
        return name or contact.email or contact.phone

    def check(self, record: Record) -> Mapping[str, str]:
        if self.title_of(record):
            return {}
        return {"first_name": _("Give the contact a name or an e-mail address.")}


@object_types.register
class CompanyType(CustomerType):
    """Organisations."""

    key = "company"
    slug = "companies"
    model = Company
    label = (gettext_lazy("Company"), gettext_lazy("Companies"))
    groups = (ABOUT, MONEY, ADDRESS, CUSTOM, RECORD)
    properties = (
        Property("name", Text(max_length=500), gettext_lazy("Name"), required=True),
        Property("domain", Text(max_length=255), gettext_lazy("Domain")),
        Property("email", Email(), gettext_lazy("E-mail")),
        Property("phone", Phone(), gettext_lazy("Phone")),
        Property("industry", Text(max_length=200), gettext_lazy("Industry")),
        *POSTAL,
        *ROLLED_UP,
        *SHARED,
    )
    columns = ("domain", "phone", "industry", "owner", "updated_at")
    associated = (
        "contact",
        "deal",
        "quote",
        "invoice",
        "payment",
        *DOCUMENTS,
        "company",
    )
