"""Every behaviour that has a check is as stated, in the companies of every country."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from qbo_simulator.cli import main
from qbo_simulator.conformance.checks import DifferenceError, Evidence, check, expect
from qbo_simulator.conformance.running import chosen, run, table
from qbo_simulator.conformance.service import Service
from qbo_simulator.credentials import issue
from qbo_simulator.seeds.companies import PROFILES
from qbo_simulator.testing import serve

PAGE = Path(__file__).parents[3] / "CONFORMANCE.md"


@pytest.mark.parametrize("profile", [*PROFILES])
def test_every_behaviour_is_as_stated(tmp_path: Path, profile: str) -> None:
    with serve(tmp_path, empty=True, profiles=(profile,)) as running:
        running.state.switches.throttle = False
        issued = issue(running.state.store, base=running.base_url)
        service = Service(
            issued["base_url"], issued["realm_id"], issued["access_token"]
        )
        outcomes = list(run(service, chosen([])))
        service.close()
    assert len(outcomes) >= 80
    assert {
        each.check.key: each.difference for each in outcomes if each.difference
    } == {}


def test_the_page_tells_of_every_check_in_its_words() -> None:
    told = re.search(
        r"<!-- checks:.*?-->\n(.*?)<!-- end of checks -->",
        PAGE.read_text(encoding="utf-8"),
        re.DOTALL,
    )
    assert told
    assert told.group(1) == table(chosen([]))


def test_what_a_service_refuses_is_a_difference(tmp_path: Path) -> None:
    with serve(tmp_path, empty=True) as running:
        issued = issue(running.state.store, base=running.base_url)
        service = Service(issued["base_url"], "4242", issued["access_token"])
        (outcome,) = run(service, chosen(["queries.count"]))
        service.close()
    assert outcome.difference
    with pytest.raises(DifferenceError, match="expected 1, got 2"):
        expect("number", 1, 2)


def test_a_sandbox_is_not_asked_without_credentials(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("QBO_ACCESS_TOKEN", raising=False)
    monkeypatch.setenv("QBO_REALM_ID", "1")
    assert main(["conformance", "--sandbox"]) == 1
    assert "Set QBO_ACCESS_TOKEN" in capsys.readouterr().err


def test_a_check_is_declared_once() -> None:
    chosen([])
    with pytest.raises(ValueError, match="declared twice"):
        check("names.unique", "again", Evidence.INFERRED, "")(lambda _service: None)


def test_checks_can_be_listed_and_an_unknown_one_is_refused(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["conformance", "--list", "names.unique"]) == 0
    assert "6240" in capsys.readouterr().out
    assert main(["conformance", "no-such-check"]) == 1
    assert "No check begins with no-such-check" in capsys.readouterr().err
