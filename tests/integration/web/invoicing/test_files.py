"""Files that are kept with documents: what is taken, what is refused, how they leave."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from factories import make_access, make_invoice, make_user

from counterfoil.crm import attachments
from counterfoil.crm.models import Attachment, TimelineEntry
from counterfoil.crm.refs import Ref
from counterfoil.workspaces.models import Role

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 signed"


class Drawer:
    """An invoice, and somebody who keeps files with it."""

    def __init__(self) -> None:
        self.access = make_access()
        self.invoice = make_invoice(self.access.workspace, number="1043")
        self.client = Client()
        self.client.force_login(self.access.user)

    def at(self, name: str = "attachments", *more: int) -> str:
        args = [self.access.workspace.pk, "invoice", self.invoice.pk, *more]
        return reverse(name, args=args)

    def add(self, name: str = "order.pdf", content: bytes = PDF) -> Any:
        given = {"file": SimpleUploadedFile(name, content)}
        return self.client.post(self.at("attachment_add"), given)

    def kept(self) -> list[Attachment]:
        return attachments.of(self.access.workspace, Ref.of(self.invoice))


@pytest.fixture
def drawer() -> Drawer:
    return Drawer()


def test_a_file_is_kept_listed_downloaded_and_removed(drawer: Drawer) -> None:
    assert (
        drawer.add("../../Ordem n\N{MASCULINE ORDINAL INDICATOR} 5.PDF").status_code
        == 302
    )
    [file] = drawer.kept()
    assert file.name == "Ordem n\N{MASCULINE ORDINAL INDICATOR} 5.PDF"
    assert file.name in drawer.client.get(drawer.at()).text
    answer = drawer.client.get(drawer.at("attachment", file.pk))
    assert answer.content == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    removed = drawer.client.post(drawer.at("attachment_remove", file.pk))
    assert removed["Location"] == drawer.at()
    assert drawer.kept() == []
    told = TimelineEntry.objects.filter(
        record_id=drawer.invoice.pk, object_type="invoice"
    )
    assert {"file_added", "file_removed"} <= set(told.values_list("kind", flat=True))


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("order.html", b"<script>", "Choose one of these kinds"),
        ("order.svg", b"<svg>", "Choose one of these kinds"),
        ("order", PDF, "Choose one of these kinds"),
        ("order.pdf", b"<html>", "not what its name says"),
        ("order.txt", b"", "The file is empty."),
        ("order.txt", b"x" * (attachments.LARGEST + 1), "larger than 5 MB"),
    ],
)
def test_what_is_not_taken_says_why(
    drawer: Drawer, name: str, content: bytes, said: str
) -> None:
    answer = drawer.add(name, content)
    assert answer.status_code == 422
    assert said in answer.text
    assert drawer.kept() == []


def test_without_a_file_one_is_asked_for(drawer: Drawer) -> None:
    assert "Choose a file." in drawer.client.post(drawer.at("attachment_add")).text


def test_the_same_file_is_kept_once_and_twenty_at_most(drawer: Drawer) -> None:
    for number in range(attachments.MOST):
        drawer.add(f"{number}.txt", f"{number}".encode())
        drawer.add(f"again {number}.txt", f"{number}".encode())
    assert len(drawer.kept()) == attachments.MOST
    assert "20 files already" in drawer.add().text


def test_a_reader_downloads_and_keeps_nothing_and_a_stranger_finds_nothing(
    drawer: Drawer,
) -> None:
    drawer.add()
    [file] = drawer.kept()
    workspace = drawer.access.workspace
    reader = make_user("Bo", workspace=workspace, role=Role.READ_ONLY)
    drawer.client.force_login(reader)
    assert drawer.client.get(drawer.at("attachment", file.pk)).content == PDF
    assert "Add file" not in drawer.client.get(drawer.at()).text
    assert drawer.add("b.pdf", PDF + b"2").status_code == 403
    drawer.client.force_login(make_user("Cy"))
    assert drawer.client.get(drawer.at("attachment", file.pk)).status_code == 404
    assert drawer.add("b.pdf", PDF + b"2").status_code == 404
    assert len(drawer.kept()) == 1


def test_a_file_is_found_only_at_its_own_document(drawer: Drawer) -> None:
    drawer.add()
    [file] = drawer.kept()
    other = make_invoice(drawer.access.workspace)
    args = [drawer.access.workspace.pk, "invoice", other.pk, file.pk]
    assert drawer.client.get(reverse("attachment", args=args)).status_code == 404
