"""Addresses of records."""

from __future__ import annotations

from django.urls import path, register_converter

from counterfoil.web.records import views


class Plural:
    """A noun's name in addresses: ``contacts``."""

    regex = "contacts|companies|deals|quotes|products|invoices|payments"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Plural, "plural")

urlpatterns = [
    path("<plural:plural>/", views.index, name="records"),
    path("<plural:plural>/<int:record_id>/", views.record, name="record"),
]
