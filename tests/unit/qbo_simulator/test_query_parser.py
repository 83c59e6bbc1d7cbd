"""What the parser of the query language says, character for character."""

from __future__ import annotations

import pytest

from qbo_simulator.asking.query import Condition, parse
from qbo_simulator.faults import Fault

AFTER_CONDITION = """
    <EOF> \n    <AND> ...
    "iterator" ...
    "maxresults" ...
    <OR> ...
    "order" ...
    "orderby" ...
    "startposition" ...
    """
AN_OPERATOR = """
    <EOF> \n    "." ...
    <AND> ...
    "between" ...
    "contains" ...
    "=" ...
    "in" ...
    "iterator" ...
    "like" ...
    "maxresults" ...
    "!=" ...
    <NOT> ...
    <OR> ...
    "order" ...
    "orderby" ...
    "startposition" ...
    """


def refusal(statement: str) -> str:
    """What the parser says of a statement, after its own name."""
    with pytest.raises(Fault) as problem:
        parse(statement)
    fault = problem.value
    assert (fault.code, fault.message) == ("4000", "Error parsing query")
    name, said = fault.detail.split(": ", 1)
    assert name == "QueryParserError"
    return said


def test_a_quote_that_is_not_escaped_ends_the_value_as_recorded() -> None:
    assert refusal("select * from vendor where  DisplayName = 'Cutlery 'R Us'") == (
        'Encountered " <IDENTIFIER> "R "" at line 1, column 53.\n'
        f"Was expecting one of:{AFTER_CONDITION}"
    )


def test_a_doubled_quote_is_no_escape() -> None:
    said = refusal("select * from Vendor where DisplayName = 'Peet''s'")
    assert said.startswith('Encountered " <STRING> "\'s\' "" at line 1, column 48.')


def test_nothing_at_all_is_refused_as_recorded() -> None:
    assert refusal(" ") == (
        'Encountered "<EOF>" at line 0, column 0.\n'
        'Was expecting:\n    "select" ...\n    '
    )


def test_a_bare_number_is_refused_at_the_operator_before_it_as_recorded() -> None:
    assert refusal("SELECT * FROM Invoice WHERE Balance > 0") == (
        'Encountered " ">" "> "" at line 1, column 37.\n'
        f"Was expecting one of:{AN_OPERATOR}"
    )
    said = refusal("select * from Invoice where Balance = 0")
    assert said.startswith('Encountered " <INTEGER> "0 "" at line 1, column 39.\n')


def test_a_character_no_word_begins_with_is_a_lexical_error_as_recorded() -> None:
    assert refusal("select * from account where AccountSubType %3D 'x'") == (
        'Invalid content. Lexical error at line 1, column 44.  Encountered: "%" (37), '
        'after : ""'
    )


def test_a_statement_over_several_lines_tells_the_line() -> None:
    said = refusal("select *\nfrom Customer\n  wher Id = '1'")
    assert said.startswith('Encountered " <IDENTIFIER> "wher "" at line 3, column 3.\n')


def test_a_statement_that_breaks_off_is_refused_at_its_last_character() -> None:
    said = refusal("select * from Customer where")
    assert said.startswith('Encountered "<EOF>" at line 1, column 28.\n')


@pytest.mark.parametrize(
    ("statement", "image", "column"),
    [
        ("select * from Customer where Id = '1' or Id = '2'", '<OR> "or', 39),
        ("select * from Customer where not Active = true", '<NOT> "not', 30),
        ("select * from Customer where (Id = '1')", '"(" "(', 30),
        ("select * from Customer where GivenName = FamilyName", "<IDENTIFIER> ", 42),
        ("select * from Customer, Vendor", '"," ",', 23),
        ("select from Customer", '"from" "from', 8),
        ("select * from Customer group by Id", '<IDENTIFIER> "group', 24),
        ("select * from Customer maxresults many", '<IDENTIFIER> "many', 35),
        ("select * from Customer orderby Id where Id = '1'", '"where" "where', 35),
        ("select * from Customer where Id in '1'", "<STRING> ", 36),
        ("select count(Id) from Customer", '<IDENTIFIER> "Id', 14),
    ],
)
def test_what_the_grammar_lacks_is_refused_where_it_stands(
    statement: str, image: str, column: int
) -> None:
    said = refusal(statement)
    assert said.startswith(f'Encountered " {image}')
    assert f'"" at line 1, column {column}.\nWas expecting' in said


def test_keywords_may_be_the_names_of_properties() -> None:
    found = parse(
        "select Order, Like, Count from Budget where In = 'x' orderby By desc"
    )
    assert found.columns == ("Order", "Like", "Count")
    assert found.conditions == (Condition("In", "=", ("x",)),)
    assert found.order == (("By", True),)


def test_dots_lead_into_a_property_whatever_the_blanks() -> None:
    found = parse(
        "select * from Attachable where AttachableRef.EntityRef . Type='Bill'"
    )
    assert found.conditions == (
        Condition("AttachableRef.EntityRef.Type", "=", ("Bill",)),
    )


def test_bare_numbers_may_stand_in_a_list_of_values() -> None:
    found = parse("select * from Item where Id in (1, '2')")
    assert found.conditions == (Condition("Id", "in", ("1", "2")),)


def test_maxresults_may_come_first_and_either_may_be_quoted() -> None:
    found = parse("select * from Item maxresults '7' startposition 3")
    assert (found.start, found.most) == (3, 7)


def test_a_start_at_zero_is_refused_where_the_service_is_strict() -> None:
    assert parse("select * from Item startposition 0").start == 0
    with pytest.raises(Fault, match=r"value 0 is too small\. Min allowed value is 1"):
        parse("select * from Item startposition 0", zero_start=False)


def test_a_page_is_told_once() -> None:
    twice = "select * from Customer startposition 1 startposition 2"
    assert refusal(twice).startswith(
        'Encountered " "startposition" "startposition "" at line 1, column 40.'
    )
    on_two_lines = "select * from Customer maxresults 1\nmaxresults 2"
    assert "at line 2, column 1." in refusal(on_two_lines)


def test_places_are_counted_over_lines_and_a_long_statement_is_read_soon() -> None:
    values = ",\n".join(f"'{number}'" for number in range(20_000))
    statement = f"select * from Customer\nwhere Id in ({values}) nonsense"  # noqa: S608
    assert "at line 20001, column 10." in refusal(statement)
