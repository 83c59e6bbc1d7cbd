"""Contacts and companies."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Func, Value
from django.db.models.functions import Right, Upper

from counterfoil.crm.models.record import Addressed, Record, money_field

SIGNIFICANT_DIGITS = 10


def digits_of(column: str) -> Right:
    """The end of a telephone number, without what is written around its digits.

    Numbers are compared by this, so it is what the indexes are on.
    """
    plain = Func(
        F(column),
        Value("[^0-9]"),
        Value(""),
        Value("g"),
        function="regexp_replace",
        output_field=models.TextField(),
    )
    return Right(plain, SIGNIFICANT_DIGITS)


class Invoiced(models.Model):
    """What the documents of a customer come to, in the home currency (row D5).

    Computed from the documents, never written by people.
    """

    currency = models.CharField(max_length=3, blank=True)  # of these amounts
    invoiced_total = money_field(null=True, blank=True)
    open_balance = money_field(null=True, blank=True)
    overdue_balance = money_field(null=True, blank=True)
    paid_total = money_field(null=True, blank=True)
    last_invoice_on = models.DateField(null=True, blank=True)
    last_paid_on = models.DateField(null=True, blank=True)

    class Meta:
        """Columns only."""

        abstract = True


class Contact(Record, Addressed, Invoiced):  # noqa: DJ008  Record names it
    """A person."""

    object_type = "contact"
    first_name = models.CharField(max_length=100, blank=True)
    last_name = models.CharField(max_length=100, blank=True)
    email = models.EmailField(max_length=254, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    job_title = models.CharField(max_length=200, blank=True)
    website = models.URLField(max_length=1000, blank=True)

    class Meta(Record.Meta):
        """Found by what people are recognised by, too."""

        indexes: ClassVar = [
            *Record.Meta.indexes,
            models.Index(Upper("email"), "workspace", name="contact_by_email"),
            models.Index(Upper("title"), "workspace", name="contact_by_name"),
            models.Index(
                digits_of("phone"),
                "workspace",
                name="contact_by_phone",
                condition=models.Q(phone__gt=""),
            ),
        ]


class Company(Record, Addressed, Invoiced):  # noqa: DJ008  Record names it
    """An organisation."""

    object_type = "company"
    name = models.CharField(max_length=500)
    domain = models.CharField(max_length=255, blank=True)
    email = models.EmailField(max_length=254, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    industry = models.CharField(max_length=200, blank=True)

    class Meta(Record.Meta):
        """Found by what organisations are recognised by, too."""

        indexes: ClassVar = [
            *Record.Meta.indexes,
            models.Index(Upper("email"), "workspace", name="company_by_email"),
            models.Index(Upper("name"), "workspace", name="company_by_name"),
            models.Index(
                digits_of("phone"),
                "workspace",
                name="company_by_phone",
                condition=models.Q(phone__gt=""),
            ),
        ]
