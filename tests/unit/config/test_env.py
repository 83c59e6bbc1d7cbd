"""Settings that make no sense are refused in a sentence that names them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

from counterfoil.config import env
from counterfoil.config.env import Misconfigured


@pytest.mark.parametrize("given", ["nan", "inf", "-1", "many"])
@pytest.mark.parametrize("read", [env.number, env.whole])
def test_a_number_is_finite_and_not_negative(
    monkeypatch: pytest.MonkeyPatch, read: Callable[..., float], given: str
) -> None:
    monkeypatch.setenv("COUNTERFOIL_PROBE", given)
    with pytest.raises(Misconfigured, match="COUNTERFOIL_PROBE must be a"):
        read("COUNTERFOIL_PROBE", 1)


@pytest.mark.parametrize(
    "given", ["postgresql://h:port/x", "postgresql://h:99999/x", "https://[half/"]
)
def test_an_address_has_a_host_and_a_port_that_can_be(given: str) -> None:
    with pytest.raises(Misconfigured, match="DATABASE_URL is not an address"):
        env.address("DATABASE_URL", given)


def test_a_secret_file_that_is_no_text_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "key").write_bytes(b"\xff\xfe\x00")
    monkeypatch.setenv("COUNTERFOIL_PROBE_FILE", str(tmp_path / "key"))
    with pytest.raises(Misconfigured, match="COUNTERFOIL_PROBE_FILE"):
        env.text("COUNTERFOIL_PROBE")


def test_local_secrets_are_made_once_whole_and_for_their_owner_only(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in env.SECRET_NAMES:
        monkeypatch.delenv(name, raising=False)
    env.keep_local_secrets(tmp_path)
    first = [env.local_secret(tmp_path, name) for name in env.SECRET_NAMES]
    env.keep_local_secrets(tmp_path)
    assert [env.local_secret(tmp_path, name) for name in env.SECRET_NAMES] == first
    kept = sorted((tmp_path / "secrets").iterdir())
    assert [path.name for path in kept] == sorted(env.SECRET_NAMES)
    assert {path.stat().st_mode & 0o777 for path in kept} == {0o600}


def test_a_disk_that_fills_up_leaves_no_empty_secret(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def full(handle: int, *_given: object, **_more: object) -> NoReturn:
        os.close(handle)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fdopen", full)
    with pytest.raises(OSError, match="No space"):
        env.keep_local_secrets(tmp_path)
    assert list((tmp_path / "secrets").iterdir()) == []
