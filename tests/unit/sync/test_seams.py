"""What is named in more than one place is the same in each of them."""

from __future__ import annotations

from counterfoil.connections.wording import STREAMS
from counterfoil.crm.catalogue import object_types
from counterfoil.sync.documents.kinds import kinds
from counterfoil.sync.ports import pairings, pairings_of, sources
from counterfoil.sync.settings import choices
from counterfoil.sync.telling import NOUNS
from counterfoil.web.sync.objects import ICONS


def test_every_kind_of_document_can_be_chosen_and_every_choice_is_a_kind() -> None:
    assert set(choices.DOCUMENTS) == {kind.key for kind in kinds}


def test_what_has_two_sides_is_heard_of_when_it_changes_here() -> None:
    assert {pairing.object_type for pairing in pairings} == set(NOUNS)


def test_pairings_and_documents_are_of_streams_that_are_read() -> None:
    streams = {spec.key for spec in sources["quickbooks"].streams()}
    assert {pairing.stream for pairing in pairings_of("quickbooks")} <= streams
    assert {kind.key for kind in kinds} <= streams


def test_every_stream_has_a_name_for_people_and_every_noun_an_icon() -> None:
    streams = {spec.key for spec in sources["quickbooks"].streams()}
    assert streams <= set(STREAMS)
    nouns = {each.object_type for each in (*kinds, *pairings)}
    assert nouns <= set(ICONS)
    assert nouns <= {noun.key for noun in object_types}
