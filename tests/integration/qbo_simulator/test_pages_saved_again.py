"""A transaction whose form is opened and saved untouched stays as it was."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest
from support.bookkeeper import ShownForm

from qbo_simulator.bookkeeper.papers import PAPERS
from qbo_simulator.testing import Running, serve

PROFILES = ("us", "gb", "multi", "us-ast", "ca", "fr")
EDITED = [paper for paper in PAPERS if paper.editor and paper.is_editable]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("saved-again")
    with serve(folder, profiles=PROFILES) as running:
        yield running


@pytest.mark.parametrize("paper", EDITED, ids=lambda paper: paper.slug)
def test_what_is_saved_as_its_form_shows_it_stays_as_it_was(running, paper):
    seen = 0
    with httpx.Client(base_url=running.base_url) as browser:
        for realm in running.state.store.realms():
            company = running.state.company(realm)
            statement = f"select * from {paper.entity} maxresults 25"  # noqa: S608
            found = company.query(statement).get(paper.entity, [])
            for body in found:
                root = f"/books/{realm}/{paper.slug}/{body['Id']}"
                if str(body.get("PrivateNote", "")).startswith("Voided"):
                    continue
                page = browser.get(f"{root}/edit").text
                answer = browser.post(f"{root}/edit", data=ShownForm(page).values)
                said = re.search(r'role="alert">(.*?)</div>', answer.text, re.DOTALL)
                if "deposited" in (said[1] if said else ""):
                    continue
                assert answer.status_code == 303, (root, said and said[1])
                assert company.read(paper.entity, body["Id"]) == body, root
                seen += 1
    assert seen or paper.entity in ("Estimate", "SalesReceipt", "RefundReceipt")
