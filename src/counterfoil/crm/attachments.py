"""Keep files with records: few kinds, of bounded size, the same one once."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from counterfoil.core.errors import Invalid
from counterfoil.crm import queries, timeline
from counterfoil.crm.models import Attachment
from counterfoil.crm.refs import Ref
from counterfoil.crm.turns import take_turn
from counterfoil.events.origin import Actor
from counterfoil.workspaces.models import Workspace

LARGEST = 5 * 1024 * 1024
MOST = 20
LONGEST_NAME = 200
_OPEN_XML = "application/vnd.openxmlformats-officedocument."
# What a name may end with, what it is served as, and how its content begins.
KINDS: dict[str, tuple[str, tuple[bytes, ...]]] = {
    "pdf": ("application/pdf", (b"%PDF-",)),
    "png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
    "jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "gif": ("image/gif", (b"GIF87a", b"GIF89a")),
    "docx": (_OPEN_XML + "wordprocessingml.document", (b"PK\x03\x04",)),
    "xlsx": (_OPEN_XML + "spreadsheetml.sheet", (b"PK\x03\x04",)),
    "txt": ("text/plain; charset=utf-8", ()),
    "csv": ("text/csv; charset=utf-8", ()),
}


def of(workspace: Workspace, ref: Ref) -> list[Attachment]:
    """The files of a record, without what is in them."""
    rows = Attachment.objects.filter(
        workspace=workspace, object_type=ref.object_type, record_id=ref.record_id
    )
    return list(rows.defer("content").order_by("-added_at", "-id"))


def get(workspace: Workspace, ref: Ref, attachment_id: int) -> Attachment:
    """One file of a record with what is in it, or 404."""
    found = Attachment.objects.filter(
        workspace=workspace,
        object_type=ref.object_type,
        record_id=ref.record_id,
        pk=attachment_id,
    ).first()
    if found is None:
        raise Http404
    return found


@transaction.atomic
def add(
    *,
    workspace: Workspace,
    ref: Ref,
    name: str,
    content: bytes,
    actor: Actor,
    now: datetime,
) -> Attachment:
    """Keep a file with a record; the same one again is the one that is kept.

    Raises ``Invalid`` when it is too large, of another kind, or one too many.
    """
    queries.get(workspace, ref.object_type, ref.record_id)
    take_turn(f"attachments|{workspace.pk}|{ref}")
    name = _cleaned(name)
    media_type = _checked(name, content)
    kept = of(workspace, ref)
    digest = hashlib.sha256(content).hexdigest()
    same = next((each for each in kept if each.digest == digest), None)
    if same is not None:
        return same
    if len(kept) >= MOST:
        raise Invalid({"file": [_("There are 20 files already. Remove one first.")]})
    made = Attachment.objects.create(
        workspace=workspace,
        object_type=ref.object_type,
        record_id=ref.record_id,
        name=name,
        media_type=media_type,
        size=len(content),
        digest=digest,
        content=content,
        added_at=now,
        added_by=actor.label[:200],
    )
    _tell(workspace, ref, "file_added", name, actor, now)
    return made


@transaction.atomic
def remove(
    *, workspace: Workspace, ref: Ref, attachment_id: int, actor: Actor, now: datetime
) -> str:
    """Forget a file; returns what it was called."""
    found = get(workspace, ref, attachment_id)
    name = found.name
    found.delete()
    _tell(workspace, ref, "file_removed", name, actor, now)
    return name


def _tell(
    workspace: Workspace, ref: Ref, kind: str, name: str, actor: Actor, now: datetime
) -> None:
    timeline.tell(
        workspace=workspace,
        on=[ref],
        kind=kind,
        content={"name": name},
        actor=actor,
        at=now,
    )


def _cleaned(name: str) -> str:
    """Its last part, without what no file is called."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    plain = "".join(sign for sign in last if sign.isprintable()).strip()
    stem, dot, suffix = plain.rpartition(".")
    return f"{stem[: LONGEST_NAME - 10]}{dot}{suffix[:9]}"


def _checked(name: str, content: bytes) -> str:
    """What it is served as."""
    if not content:
        raise Invalid({"file": [_("The file is empty.")]})
    if len(content) > LARGEST:
        raise Invalid({"file": [_("The file is larger than 5 MB.")]})
    media_type, beginnings = KINDS.get(name.rpartition(".")[2].lower(), ("", ()))
    if not media_type:
        sentence = _("Choose one of these kinds of files: %(kinds)s.")
        raise Invalid({"file": [sentence % {"kinds": ", ".join(KINDS)}]})
    if beginnings and not content.startswith(beginnings):
        raise Invalid({"file": [_("The file is not what its name says.")]})
    return media_type
