"""The judge can say no: each way in which two answers may differ is seen, and what only looks different is not."""

import pytest

from .answers import Answer, read
from .judge import fault


def table(text: str) -> Answer:
    return read(text.replace("|", "\t").encode(), ".tsv")


ONE_ROW = "?x|?y\n<urn:a>|1\n"


@pytest.mark.parametrize(
    "met",
    [
        "?x|?y\n<urn:a>|2\n",
        "?x|?y\n<urn:b>|1\n",
        "?x|?y\n<urn:a>|\n",
        "?x|?y\n",
        "?x|?y\n<urn:a>|1\n<urn:a>|1\n",
        "?x|?z\n<urn:a>|1\n",
        '?x|?y\n<urn:a>|"1"\n',
        "?x|?y\n<urn:a>|1.0\n",
        "?x|?y\n_:a|1\n",
    ],
)
def test_another_answer_is_seen(met: str) -> None:
    assert fault(table(met), table(ONE_ROW))


def test_rows_are_a_bag() -> None:
    assert not fault(table("?x\n1\n2\n"), table("?x\n2\n1\n"))


def test_rows_in_order_are_a_sequence() -> None:
    assert fault(table("?x\n1\n2\n"), table("?x\n2\n1\n"), is_ordered=True)
    assert not fault(table("?x\n1\n2\n"), table("?x\n1\n2\n"), is_ordered=True)


def test_reduced_rows_may_be_fewer_but_none_may_lack() -> None:
    assert not fault(table("?x\n1\n"), table("?x\n1\n1\n"), is_lax=True)
    assert fault(table("?x\n1\n"), table("?x\n1\n2\n"), is_lax=True)
    assert fault(table("?x\n1\n1\n1\n"), table("?x\n1\n1\n"), is_lax=True)


def test_blank_nodes_may_have_other_names_but_not_be_merged() -> None:
    apart, merged = table("?x|?y\n_:a|1\n_:b|2\n"), table("?x|?y\n_:a|1\n_:a|2\n")
    assert not fault(table("?x|?y\n_:c|2\n_:d|1\n"), apart)
    assert fault(merged, apart)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("01", "1"),
        ("1.0e6", "1E6"),
        ('"1"^^<http://www.w3.org/2001/XMLSchema#boolean>', '"true"^^<http://www.w3.org/2001/XMLSchema#boolean>'),
        (
            '"2020-01-01T00:00:00+00:00"^^<http://www.w3.org/2001/XMLSchema#dateTime>',
            '"2020-01-01T00:00:00.0Z"^^<http://www.w3.org/2001/XMLSchema#dateTime>',
        ),
        ('"PT60M"^^<http://www.w3.org/2001/XMLSchema#duration>', '"PT1H"^^<http://www.w3.org/2001/XMLSchema#duration>'),
        ('"a"@EN', '"a"@en'),
    ],
)
def test_literals_of_one_value_and_datatype_are_the_same(one: str, other: str) -> None:
    assert not fault(table(f"?x\n{one}\n"), table(f"?x\n{other}\n"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1", "1.0"),
        ('"a"@en', '"a"@de'),
        ('"a"@en', '"a"'),
        ('"x"^^<http://www.w3.org/2001/XMLSchema#integer>', '"y"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        ('"P1M"^^<http://www.w3.org/2001/XMLSchema#duration>', '"P30D"^^<http://www.w3.org/2001/XMLSchema#duration>'),
    ],
)
def test_literals_of_another_value_datatype_or_language_are_not(one: str, other: str) -> None:
    assert fault(table(f"?x\n{one}\n"), table(f"?x\n{other}\n"))


def test_csv_is_compared_as_text() -> None:
    assert fault(read(b"x\r\n1\r\n", ".csv"), read(b"x\r\n01\r\n", ".csv"))
    assert not fault(read(b'x,y\r\n"a ""b""",\r\n', ".csv"), read(b'x,y\n"a ""b""",\n', ".csv"))


def test_graphs_are_compared_up_to_blank_nodes() -> None:
    one = read(b"<urn:a> <urn:p> [ <urn:q> 1 ] .", ".ttl")
    assert not fault(read(b"_:z <urn:q> 1 . <urn:a> <urn:p> _:z .", ".ttl"), one)
    assert fault(read(b"_:z <urn:q> 1 . <urn:a> <urn:p> _:y .", ".ttl"), one)


def test_a_boolean_is_no_table() -> None:
    yes = read(b'{"head": {}, "boolean": true}', ".srj")
    assert fault(table("?x\n"), yes)
    assert fault(yes, read(b'{"head": {}, "boolean": false}', ".srj"))
    assert not fault(yes, True)
