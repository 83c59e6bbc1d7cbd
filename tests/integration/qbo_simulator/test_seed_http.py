"""The companies of other countries, over HTTP as any client meets them."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from qbo_simulator.seeds import companies as seeds
from qbo_simulator.testing import serve

ABROAD = ("us-ast", "ca", "au", "fr", "br", "multi")


def test_every_company_can_be_served(tmp_path: Path) -> None:
    with serve(tmp_path, profiles=ABROAD) as running:
        listed = httpx.get(f"{running.base_url}/_sim/companies").json()["companies"]
    names = [seeds.PROFILES[key].profile.name for key in ABROAD]
    assert [each["name"] for each in listed] == names
    countries = [each["country"] for each in listed]
    assert countries == ["US", "CA", "AU", "FR", "BR", "US"]


@pytest.mark.parametrize("key", ABROAD)
def test_every_rate_a_code_uses_is_there(tmp_path: Path, key: str) -> None:
    with serve(tmp_path, profiles=(key,)) as running:
        realm = running.state.store.realms()[0]
        company = running.state.company(realm)
        codes = company.query("select * from TaxCode")["TaxCode"]
        rates = {
            each["Id"] for each in company.query("select * from TaxRate")["TaxRate"]
        }
    used = [
        detail["TaxRateRef"]["value"]
        for code in codes
        for name in ("SalesTaxRateList", "PurchaseTaxRateList")
        for detail in code.get(name, {}).get("TaxRateDetail", [])
    ]
    assert used
    assert set(used) <= rates
