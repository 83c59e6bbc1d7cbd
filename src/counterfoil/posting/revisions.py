"""Changes that came too late: what was asked for was on its way, and was created.

The books then hold the earlier form. It is not changed there by itself (see
docs/decisions/0015): a person is told what differs, on the record.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from counterfoil.posting.models import Intent


def differing(
    document: Mapping[str, object], revision: Mapping[str, object]
) -> list[str]:
    """Names of what the revision says otherwise; absent is as good as empty."""
    names = {*document, *revision}
    return sorted(
        name
        for name in names
        if _plain(document.get(name)) != _plain(revision.get(name))
    )


def sentence(intent: Intent, number: str) -> str:
    """What a person has to do about it."""
    text = _(
        "It was changed here while it was being sent: %(company)s has %(number)s as it"
        " was before. Make the change there, or void it and create it anew."
    )
    names = {"company": intent.connection.name, "number": number or intent.remote_id}
    return text % names


def _plain(value: object) -> object:
    return None if value in ("", None, [], {}) else value
