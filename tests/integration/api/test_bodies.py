"""Bodies that are no honest JSON object are refused with a sentence, and change nothing."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

import pytest
from factories import make_access, make_workspace
from integration.api.program import Program, asked

from counterfoil.api.models import UsedKey
from counterfoil.posting.models import Act, Intent

pytestmark = pytest.mark.django_db
NO_JSON = "The body is no JSON."
TOO_LARGE = "The body is larger than 1 MB."
TOO_DEEP = "The body is nested too deeply."
DEEP = "[" * 40 + "]" * 40
DEEPER = "[" * 100_000 + "]" * 100_000


def sent(program: Program, raw: bytes, path: str = "", **how: Any) -> Any:
    return program.client.post(
        f"/api/v1/documents/{path}",
        raw,
        content_type=how.pop("content_type", "application/json"),
        headers={"idempotency-key": "order-1"},
        **how,
    )


def refused(answer: Any) -> str:
    """The sentence about the body; and that nothing was made or asked for."""
    assert answer.status_code == 422, answer.content
    [error] = answer.json()["errors"]
    assert error["in"] == ""
    assert not Intent.objects.exists()
    assert not Act.objects.exists()
    assert not UsedKey.objects.exists()
    return str(error["message"])


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"{", NO_JSON),
        (b'{"kind": "invoice"} {}', NO_JSON),
        (b"kind=invoice", NO_JSON),
        (b'{"kind": "\xff\xfe"}', NO_JSON),
        (b"\x1f\x8b\x08\x00", NO_JSON),
        (b'{"connection": NaN}', NO_JSON),
        (b'{"settings": {"amount": Infinity}}', NO_JSON),
        (b'{"settings": {"amount": -Infinity}}', NO_JSON),
        (b'{"connection": ' + b"9" * 5_000 + b"}", NO_JSON),
        (b"null", "The body must be a JSON object."),
        (b"[]", "The body must be a JSON object."),
        (b'"invoice"', "The body must be a JSON object."),
        (f'{{"kind": {DEEP}}}'.encode(), TOO_DEEP),
        (f'{{"kind": {DEEPER}}}'.encode(), NO_JSON),
        (b'{"kind": "' + b"x" * 1_000_000 + b'"}', TOO_LARGE),
        (b'{"kind": "' + b"x" * 3_000_000 + b'"}', TOO_LARGE),
    ],
)
@pytest.mark.parametrize("path", ["", "invoice/1/send/"])
def test_what_is_no_json_object_is_refused(
    access: Any, path: str, raw: bytes, said: str
) -> None:
    assert refused(sent(Program(access), raw, path)) == said


@pytest.mark.parametrize(
    "twice",
    [
        '"kind": "estimate"',
        '"source": {"type": "deal", "id": 1}',
        '"settings": {"issued_on": "2026-03-04", "issued_on": "2026-03-05"}',
    ],
)
def test_what_is_said_twice_is_refused_for_nobody_knows_which_is_meant(
    access: Any, deal: Any, twice: str
) -> None:
    body = json.dumps({**asked(deal), "settings": {}})
    if "settings" in twice:
        body = body.replace(', "settings": {}', "")
    said = refused(sent(Program(access), f"{body[:-1]}, {twice}}}".encode()))
    assert said.startswith("The body says “")
    assert said.endswith("” twice.")


def test_a_body_in_chunks_of_unknown_length_is_not_read_as_nothing(
    access: Any, deal: Any
) -> None:
    program = Program(access)
    made = program.post("", asked(deal)).json()["id"]
    answer = program.client.generic(
        "POST",
        f"/api/v1/documents/invoice/{made}/send/",
        headers={"transfer-encoding": "chunked"},
        **{"wsgi.input": BytesIO(b'{"at": "2030-01-01T09:00:00Z"}')},
    )
    assert answer.status_code == 422
    said = answer.json()["errors"][0]["message"]
    assert said == "Send the body in one piece, with its Content-Length."
    assert not Act.objects.exists()


def test_json_is_read_whatever_it_is_called(access: Any, deal: Any) -> None:
    raw = b"\xef\xbb\xbf" + json.dumps(asked(deal)).encode()
    answer = sent(Program(access), raw, content_type="text/plain; charset=utf-8")
    assert answer.status_code == 201, answer.content


def test_a_stranger_is_told_of_a_body_before_anything_else(deal: Any) -> None:
    cy = Program(make_access(make_workspace(), name="Cy"))
    assert refused(sent(cy, b"{", "invoice/1/send/")) == NO_JSON
    assert sent(cy, json.dumps(asked(deal)).encode()).status_code == 422


@pytest.mark.parametrize(
    "key",
    ["", " ", "k" * 201, "k" * 10_000, "a\tb", "a\x7fb", "한빛", "a\u2028b", "\0"],
)
def test_a_key_that_nobody_can_keep_is_refused(
    access: Any, deal: Any, key: str
) -> None:
    answer = Program(access).client.post(
        "/api/v1/documents/",
        json.dumps(asked(deal)),
        content_type="application/json",
        HTTP_IDEMPOTENCY_KEY=key.encode().decode("latin-1"),
    )
    assert answer.status_code == 422
    assert [each["in"] for each in answer.json()["errors"]] == ["Idempotency-Key"]
    assert not UsedKey.objects.exists()


def test_a_key_may_hold_whatever_can_be_printed(access: Any, deal: Any) -> None:
    for key in ("k" * 200, "'; drop table --", '{"a": "%s|\\"}', "é/ü?#&"):
        first = Program(access).post("", asked(deal), key=key)
        again = Program(access).post("", asked(deal), key=key)
        assert (first.status_code, again.status_code) == (201, 200)
        assert again.json()["id"] == first.json()["id"]
