"""The contract that every property type keeps; a new type adds one line to ``CASES``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from factories import NOW, make_user, make_workspace
from hypothesis import HealthCheck, given, settings, strategies as st

from counterfoil.core.errors import Invalid
from counterfoil.crm.catalogue import Property, properties_of
from counterfoil.crm.filters import Resolved, alias_of, path_of
from counterfoil.crm.models import Company, Invoice, Product, PropertyDefinition
from counterfoil.crm.property_types.base import PropertyType, property_types
from counterfoil.crm.property_types.operators import Operator
from counterfoil.workspaces.models import Workspace

LANGUAGES = ("en", "ko", "pt-br", "pl", "xx")
OPTIONS = [["red", "Red"], ["green", "Green"], ["dark-blue", "Dark blue"]]
# Letters whose upper case is not simply a letter more, and what LIKE and JSON escape.
LETTERS = "aAbBéÉßıİσςΣ한%_\\'\";: \n"  # noqa: RUF001

texts = st.text(alphabet=LETTERS, min_size=1, max_size=6).map(str.strip).filter(bool)
numbers = st.decimals(min_value=-(10**9), max_value=10**9, places=4)
moments = st.datetimes(
    min_value=datetime(1900, 1, 1),  # noqa: DTZ001  made aware by the next line
    max_value=datetime(2200, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


@dataclass(frozen=True)
class Case:
    """A type, what values it takes, and a column of its own kind where there is one."""

    values: st.SearchStrategy[Any]
    column: tuple[type[Any], str, str] | None = None

    def __repr__(self) -> str:
        return "case"


CASES = {
    "text": Case(texts, (Invoice, "invoice", "terms")),
    "number": Case(numbers, (Invoice, "invoice", "exchange_rate")),
    "currency": Case(numbers, (Invoice, "invoice", "balance")),
    "date": Case(st.dates(min_value=date(1900, 1, 1)), (Invoice, "invoice", "due_on")),
    "date_time": Case(moments, (Invoice, "invoice", "sent_at")),
    "choice": Case(
        st.sampled_from([value for value, _label in OPTIONS]),
        (Product, "product", "kind"),
    ),
    "multi_choice": Case(
        st.lists(
            st.sampled_from([value for value, _label in OPTIONS]),
            min_size=1,
            unique=True,
        ).map(lambda chosen: tuple(v for v, _label in OPTIONS if v in chosen)),
    ),
    "boolean": Case(st.booleans(), (Product, "product", "taxable")),
    "email": Case(st.from_regex(r"[a-zA-Z]{1,5}@[a-z]{1,5}\.com", fullmatch=True)),
    "phone": Case(st.from_regex(r"\+?[0-9]{3,7}( x[0-9])?", fullmatch=True)),
    "url": Case(
        st.from_regex(r"https://[a-z]{1,5}\.com/[a-zA-Z]{0,3}", fullmatch=True)
    ),
    "owner": Case(st.integers(min_value=1, max_value=10**9)),
    "reference": Case(st.integers(min_value=1, max_value=10**9)),
}
quickly = settings(max_examples=25)
every_type = pytest.mark.parametrize("key", sorted(CASES))


def type_of(key: str) -> PropertyType:
    return property_types[key].configured(OPTIONS)


def test_every_property_type_keeps_the_contract() -> None:
    assert {kind.key for kind in property_types} == set(CASES)


def test_a_property_type_has_at_most_eight_methods() -> None:
    methods = [
        name
        for name, value in vars(PropertyType).items()
        if callable(value) and not name.startswith("_")
    ]
    assert len(methods) == 8


@every_type
@quickly
@given(st.data())
def test_a_value_survives_json_and_the_form(key: str, data: st.DataObject) -> None:
    kind, value = type_of(key), data.draw(CASES[key].values)
    stored = json.loads(json.dumps(kind.serialise(value)))
    assert kind.deserialise(stored) == value
    assert kind.parse(stored) == value
    assert kind.parse(value) == value
    assert kind.serialise(kind.deserialise(stored)) == stored


@every_type
@quickly
@given(st.data())
def test_a_value_is_shown_in_every_language(key: str, data: st.DataObject) -> None:
    kind, value = type_of(key), data.draw(CASES[key].values)
    for language in LANGUAGES:
        assert kind.display(value, locale=language, currency="USD")
        assert kind.display(None, locale=language) == ""


@every_type
def test_blank_is_not_known_and_nonsense_gets_a_sentence(key: str) -> None:
    kind = type_of(key)
    assert kind.parse("") is kind.parse("  ") is kind.parse(None) is None
    assert kind.serialise(None) is kind.deserialise(None) is None
    for nonsense in (object(), 3.5, b"raw"):
        with pytest.raises(Invalid) as caught:
            kind.parse(nonsense)
        assert str(caught.value).endswith(".")


@every_type
@quickly
@given(text=st.text(max_size=30))
def test_no_text_breaks_a_form(key: str, text: str) -> None:
    kind = type_of(key)
    with suppress(Invalid):
        value = kind.parse(text)
        assert kind.parse(kind.serialise(value)) == value


def operand_for(operator: Operator, values: st.SearchStrategy[Any], draw: Any) -> Any:
    if operator in {Operator.KNOWN, Operator.UNKNOWN}:
        return None
    if operator in {Operator.ANY_OF, Operator.NONE_OF}:
        return draw(
            st.lists(
                values.filter(lambda v: not isinstance(v, tuple)),
                min_size=1,
                max_size=3,
            )
        )
    if operator is Operator.BETWEEN:
        return tuple(sorted(draw(st.tuples(values, values))))
    if operator in {Operator.CONTAINS, Operator.NOT_CONTAINS}:
        value = draw(values)
        return value[: max(1, len(value) // 2)].swapcase().strip() or value
    return draw(values)


def asked_of(
    kind: PropertyType, values: st.SearchStrategy[Any], draw: Any
) -> list[tuple[Operator, Any]]:
    asked = []
    for operator in kind.operators:
        if operator in {Operator.WITHIN_LAST, Operator.WITHIN_NEXT}:
            continue  # resolved into "between" before they reach the type
        if kind.key == "multi_choice" and operator in {
            Operator.ANY_OF,
            Operator.NONE_OF,
        }:
            operand: Any = list(draw(values))
        else:
            operand = operand_for(operator, values, draw)
        asked.append((operator, operand))
    return asked


def agree(
    prop: Property,
    rows: Any,
    records: Sequence[Any],
    draw: Any,
    values: st.SearchStrategy[Any],
) -> None:
    if prop.custom:
        rows = rows.alias(**{path_of(prop): alias_of(prop)})
    for operator, operand in asked_of(prop.type, values, draw):
        question = Resolved(prop, operator, operand)
        found = set(rows.filter(question.condition()).values_list("pk", flat=True))
        expected = {record.pk for record in records if question.matches(record)}
        assert found == expected, (operator, operand)


on_the_database = settings(
    max_examples=20,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture
def workspace(db: None) -> Workspace:
    return make_workspace()


@every_type
@on_the_database
@given(data=st.data())
def test_filters_of_a_custom_property_agree_with_python(
    key: str, workspace: Workspace, data: st.DataObject
) -> None:
    PropertyDefinition.objects.get_or_create(
        workspace=workspace,
        object_type="company",
        name="asked",
        defaults={
            "label": "Asked",
            "type_key": key,
            "options": OPTIONS,
            "created_at": NOW,
        },
    )
    prop = properties_of("company", workspace)["asked"]
    values = CASES[key].values
    drawn = [None, *data.draw(st.lists(values, max_size=6))]
    Company.objects.all().delete()
    Company.objects.bulk_create(
        Company(
            workspace=workspace,
            name="c",
            custom={} if value is None else {"asked": prop.type.serialise(value)},
            created_at=NOW,
            updated_at=NOW,
        )
        for value in drawn
    )
    rows = Company.objects.filter(workspace=workspace)
    agree(prop, rows, list(rows), data.draw, with_known(values, drawn))


@pytest.mark.parametrize(
    "key", sorted(key for key, case in CASES.items() if case.column)
)
@on_the_database
@given(data=st.data())
def test_filters_of_a_column_agree_with_python(
    key: str, workspace: Workspace, data: st.DataObject
) -> None:
    column = CASES[key].column
    assert column is not None
    model, object_type, name = column
    prop = properties_of(object_type, workspace)[name]
    values = CASES[key].values
    if key == "choice":
        values = st.sampled_from([value for value, _label in prop.type.options()])
    may_be_unknown = model._meta.get_field(name).null or key == "text"
    drawn = data.draw(st.lists(values, min_size=1, max_size=6))
    model.objects.all().delete()
    blank: Any = "" if key == "text" else None
    model.objects.bulk_create(
        model(
            workspace=workspace,
            currency="USD",
            created_at=NOW,
            updated_at=NOW,
            **{name: value},
        )
        for value in [*drawn, *([blank] if may_be_unknown else [])]
    )
    rows = model.objects.filter(workspace=workspace)
    agree(prop, rows, list(rows), data.draw, with_known(values, drawn))


def with_known(
    values: st.SearchStrategy[Any], drawn: Sequence[Any]
) -> st.SearchStrategy[Any]:
    """Operands that are often among the values, so that equality is met at all."""
    known = [value for value in drawn if value is not None]
    return st.one_of(st.sampled_from(known), values) if known else values


@pytest.mark.django_db
def test_filters_by_owner_agree_with_python() -> None:
    workspace = make_workspace()
    people = [make_user(name, workspace=workspace) for name in ("Ada", "Bo")]
    for owner in [*people, None]:
        Company.objects.create(
            workspace=workspace,
            name="c",
            owner=owner,
            created_at=NOW,
            updated_at=NOW,
        )
    prop = properties_of("company", workspace)["owner"]
    rows = Company.objects.all()
    for operator, operand in [
        (Operator.IS, people[0].pk),
        (Operator.IS_NOT, people[0].pk),
        (Operator.ANY_OF, [people[0].pk, people[1].pk]),
        (Operator.NONE_OF, [people[1].pk]),
        (Operator.KNOWN, None),
        (Operator.UNKNOWN, None),
    ]:
        question = Resolved(prop, operator, operand)
        found = {row.pk for row in rows.filter(question.condition())}
        assert found == {row.pk for row in rows if question.matches(row)}


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        ("en", "1,234.50", Decimal("1234.50")),
        ("pt-br", "1.234,50", Decimal("1234.50")),
        ("pl", "1 234,50", Decimal("1234.50")),
        ("pl", "1234.5", Decimal("1234.5")),
        ("ko", "-0", Decimal(0)),
    ],
)
def test_numbers_are_read_as_the_language_writes_them(
    language: str, text: str, value: Decimal
) -> None:
    assert property_types["number"].parse(text, locale=language) == value
