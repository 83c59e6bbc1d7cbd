from __future__ import annotations

from django.http import QueryDict
from hypothesis import given, strategies as st

from counterfoil.web.records.asked import Asked, asked

# NUL is taken out of whatever comes in: the database has no place for it.
signs = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
words = st.text(signs, min_size=1, max_size=20)
names = st.from_regex(r"[a-z_]{1,12}", fullmatch=True)
lists = st.builds(
    Asked,
    filters=st.lists(st.tuples(names, names, words.map(str.strip)), max_size=4).map(
        tuple
    ),
    search=words.map(str.strip),
    sort=names,
    columns=st.lists(names, max_size=5).map(tuple),
    after=names,
    board=st.booleans(),
)


@given(lists)
def test_an_address_reads_back_as_what_it_was_made_from(wanted: Asked):
    assert asked(QueryDict(wanted.query[1:])) == wanted


@given(st.text())
def test_any_address_can_be_read(text: str):
    asked(QueryDict(text.encode("utf-8", "replace")))


def test_a_column_sorts_up_and_then_down():
    first = Asked().sorted_by("amount")
    assert first.sort == "amount"
    assert first.sorted_by("amount").sort == "-amount"
    assert first.sorted_by("title").sort == "title"


def test_changing_a_filter_starts_at_the_first_page():
    wanted = Asked(filters=(("stage", "is", "sent"),), after="cursor")
    assert wanted.without(0) == Asked()
    assert wanted.filtered("owner", "known").after == ""
    assert wanted.only("stage", "paid").filters == (("stage", "is", "paid"),)


def test_a_form_adds_its_filter_to_those_that_are_there():
    sent = QueryDict("f=stage:is:sent&field=amount&op=greater&value=100")
    assert asked(sent).filters == (
        ("stage", "is", "sent"),
        ("amount", "greater", "100"),
    )


def test_a_value_may_hold_a_colon():
    assert asked(QueryDict("f=name:is:a:b")).filters == (("name", "is", "a:b"),)
