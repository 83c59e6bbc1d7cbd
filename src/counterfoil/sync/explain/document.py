"""Explains invoices, payments and the other documents, which the books lead."""

from __future__ import annotations

from django.utils.translation import gettext as _

from counterfoil.connections.models import Connection, Link
from counterfoil.connections.wording import stream_label
from counterfoil.crm.models import Record
from counterfoil.crm.refs import Ref
from counterfoil.sync.documents.kinds import kinds
from counterfoil.sync.engine.settings import Settings, Taking
from counterfoil.sync.engine.verdict import Reason
from counterfoil.sync.explain import buttons, headline, underway, words
from counterfoil.sync.explain.case import service_name
from counterfoil.sync.explain.headline import Headline
from counterfoil.sync.explain.matters import Matters
from counterfoil.sync.explain.story import Button, Part, State
from counterfoil.sync.explain.words import About
from counterfoil.sync.models import Issue, IssueState
from counterfoil.sync.settings import choices

_STREAMS = {kind.object_type: kind.key for kind in kinds}


def parts(connection: Connection, record: Record, kept: Matters) -> list[Part]:
    """A document at the connection whose books it is in; nothing at any other one."""
    stream = _STREAMS.get(record.object_type)
    home = getattr(record, "connection_id", None)
    if stream is None or home not in (None, connection.pk):
        return []
    link = kept.link(connection.pk, stream, record.object_type)
    issues = [each for each in kept.issues if each.connection_id == connection.pk]
    about = About(service=service_name(connection), object=stream_label(stream))
    said = headline.paused(connection, about) or _said(
        connection, record, link, issues, about
    )
    opened = (Button.OPEN,) if link else ()
    is_failing = any(each.state == IssueState.OPEN for each in issues)
    return [
        Part(
            connection,
            stream,
            about.object,
            said.state,
            said.sentence,
            (*opened, *((Button.RETRY, Button.IGNORE) if is_failing else ())),
            link,
            str(record),
            buttons.address(connection, link),
            issues=tuple(issues),
        )
    ]


def kept_out(settings: Settings) -> Reason:
    """Why documents of a kind that are not here do not come in, if they do not."""
    if not settings.comes_in:
        return Reason.OFF
    return {
        Taking.NOTHING: Reason.NOT_TAKEN,
        Taking.UPDATE: Reason.UPDATE_ONLY,
    }.get(settings.incoming, Reason.NONE)


def _said(
    connection: Connection,
    record: Record,
    link: Link | None,
    issues: list[Issue],
    about: About,
) -> Headline:
    failing = next((each for each in issues if each.state == IssueState.OPEN), None)
    if failing is not None:
        return Headline(State.FAILED, failing.sentence)
    sent = underway.of(connection, Ref.of(record))
    if sent is not None:
        return sent
    if link is None:
        sentence = _(
            "Not in %(service)s: it was made here, and nobody has had it created there."
        )
        return Headline(State.ABSENT, sentence % {"service": about.service})
    settings = choices.of(connection, link.stream)
    if not settings.comes_in:
        return headline.off(about)
    if settings.incoming is Taking.NOTHING:
        return Headline(State.PAUSED, words.not_here(Reason.NOT_TAKEN, about))
    return Headline(State.IN_STEP, _in_the_books(record, about))


def _in_the_books(record: Record, about: About) -> str:
    if getattr(record, "deleted_remotely", False):
        sentence = _("It was deleted in %(service)s. It is kept here as it was.")
    elif getattr(record, "voided", False):
        sentence = _("It was voided in %(service)s, and counts for nothing.")
    else:
        sentence = _(
            "As it is in %(service)s, which has the last word on it: what is changed there"
            " is changed here."
        )
    return sentence % {"service": about.service}
