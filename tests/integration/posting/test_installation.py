"""Whose database it is, is said as long as there are tables."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from counterfoil.posting.models import Installation


@pytest.mark.django_db(transaction=True)
def test_an_emptied_database_belongs_to_another_installation() -> None:
    before = Installation.objects.get().number
    call_command("flush", interactive=False, verbosity=0)
    assert Installation.objects.get().number != before
