from __future__ import annotations

import json
import os
import subprocess
import sys

SOURCE = """
import logging, os
os.environ["DJANGO_SETTINGS_MODULE"] = "counterfoil.config.settings"
import django; django.setup()
import structlog
structlog.get_logger("room").info("company_connected", realm="1", access_token="hush")
logging.getLogger("library").warning("told %s", "so")
structlog.get_logger("room").debug("page_read")
"""


def lines(**environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", SOURCE],
        env={"PATH": os.environ["PATH"], "COUNTERFOIL_MODE": "development"}
        | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_logs_are_facts_in_json_without_their_secrets() -> None:
    facts = [json.loads(line) for line in lines().stderr.splitlines()]

    assert [fact["event"] for fact in facts] == ["company_connected", "told so"]
    assert facts[0]["realm"] == "1"
    assert facts[0]["access_token"] == "***"
    assert facts[1]["level"] == "warning"


def test_the_level_comes_from_the_environment() -> None:
    told = lines(COUNTERFOIL_LOG_LEVEL="WARNING").stderr

    assert "told so" in told
    assert "company_connected" not in told
    assert "must be one such as INFO" in lines(COUNTERFOIL_LOG_LEVEL="LOUD").stderr
