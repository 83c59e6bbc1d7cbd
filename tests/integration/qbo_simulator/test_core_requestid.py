"""What is sent again under its request id is done once and answered as it was."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from support.wire import INVOICE, Wire


def test_the_same_requestid_gives_the_same_answer(wire: Wire) -> None:
    first = wire.post("invoice", INVOICE, requestid="abc")
    again = wire.post("invoice", INVOICE, requestid="abc")
    assert first.content == again.content
    assert wire.count() == 1
    assert (
        wire.post("invoice", INVOICE, requestid="x" * 51).json()["Fault"]["Error"][0][
            "code"
        ]
        == "2130"
    )


def test_requestid_may_be_ignored_or_forgotten(wire: Wire) -> None:
    wire.state.switches.change({"requestid": "ignored"})
    for _ in range(2):
        wire.post("invoice", INVOICE, requestid="abc")
    assert wire.count() == 2
    wire.state.switches.change({"requestid": "forgotten", "requestid_ttl": 60})
    for _ in range(2):
        wire.post("invoice", INVOICE, requestid="def")
    assert wire.count() == 3
    wire.state.clock.advance(61)
    wire.post("invoice", INVOICE, requestid="def")
    assert wire.count() == 4


def test_a_refused_request_may_be_corrected_under_its_id(wire: Wire) -> None:
    assert wire.post("invoice", {}, requestid="abc").status_code == 400
    assert wire.post("invoice", INVOICE, requestid="abc").status_code == 200
    wire.state.switches.change({"replay_faults": True})
    assert wire.post("invoice", {}, requestid="def").status_code == 400
    replayed = wire.post("invoice", INVOICE, requestid="def")
    assert replayed.json()["Fault"]["Error"][0]["code"] == "2020"


def test_a_repeated_answer_is_the_first_one_with_its_type(wire: Wire) -> None:
    for accept in ("application/xml", "application/json"):
        first, second = (
            wire.http.post(
                "customer",
                json={"DisplayName": accept},
                params={"requestid": accept},
                headers={"Accept": accept},
            )
            for _ in range(2)
        )
        assert first.headers["content-type"].startswith(accept)
        assert second.headers["content-type"] == first.headers["content-type"]
        assert second.content == first.content


def test_a_replayed_refusal_is_the_refusal_word_for_word(wire: Wire) -> None:
    wire.state.switches.change({"replay_faults": True})
    for path, body in (("invoice", {}), ("batch", {}), ("invoice/1/5", {})):
        first, second = (wire.post(path, body, requestid=path) for _ in range(2))
        assert first.status_code == second.status_code == 400
        assert first.json()["Fault"] == second.json()["Fault"]


def test_parallel_requests_with_one_id_create_once(wire: Wire) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda _: wire.post("invoice", INVOICE, requestid="p"), range(8))
        )
    assert len({answer.json()["Invoice"]["Id"] for answer in answers}) == 1
    assert wire.count() == 1
