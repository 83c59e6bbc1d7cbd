"""Typed readers of the environment that fail with a sentence."""

from __future__ import annotations

import math
import os
import secrets
from contextlib import suppress
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from counterfoil.core.secrets import generate_key

SECRET_NAMES = ("COUNTERFOIL_SECRET_KEY", "COUNTERFOIL_ENCRYPTION_KEYS")


class Misconfigured(Exception):
    """The environment lacks something or holds something unusable."""


def text(name: str, default: str = "") -> str:
    """The variable, or the contents of the file that ``<name>_FILE`` names."""
    if path := os.environ.get(f"{name}_FILE"):
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise Misconfigured(
                f"{name}_FILE names {path}, which cannot be read: {error.strerror}."
            ) from error
        except UnicodeDecodeError as error:
            raise Misconfigured(
                f"{name}_FILE names {path}, which is no text."
            ) from error
    return os.environ.get(name, default)


def required(name: str, hint: str) -> str:
    value = text(name)
    if not value:
        raise Misconfigured(f"{name} (or {name}_FILE) is not set. {hint}")
    return value


def number(name: str, default: float) -> float:
    raw = text(name)
    try:
        value = float(raw) if raw else default
    except ValueError as error:
        raise Misconfigured(f"{name} must be a number, not {raw!r}.") from error
    if not (0 <= value < math.inf):
        raise Misconfigured(f"{name} must be a number from 0 on, not {raw!r}.")
    return value


def whole(name: str, default: int) -> int:
    value = number(name, default)
    if value != int(value):
        raise Misconfigured(f"{name} must be a whole number.")
    return int(value)


def address(name: str, url: str) -> SplitResult:
    """The parts of an address that ``name`` holds, its port among them."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise Misconfigured(f"{name} is not an address: {error}.") from error
    return parts


def flag(name: str, *, default: bool) -> bool:
    raw = text(name).lower()
    if raw in {"", "1", "0", "true", "false", "yes", "no", "on", "off"}:
        return raw in {"1", "true", "yes", "on"} if raw else default
    raise Misconfigured(f"{name} must be yes or no, not {raw!r}.")


def items(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def is_production() -> bool:
    """Production is said so, or implied by a database of one's own."""
    mode = text("COUNTERFOIL_MODE")
    if mode not in {"", "production", "development", "test"}:
        raise Misconfigured("COUNTERFOIL_MODE must be production, development or test.")
    return mode == "production" or (not mode and bool(text("DATABASE_URL")))


def local_secret(home: Path, name: str) -> str:
    """A development secret: from the environment, the state folder, or this process.

    Importing the settings writes nothing; :func:`keep_local_secrets` does, once.
    """
    if value := text(name):
        return value
    try:
        return (home / "secrets" / name).read_text(encoding="utf-8").strip()
    except OSError:
        return _fresh(name)


def keep_local_secrets(home: Path) -> None:
    """Make the development secrets once, readable by their owner only."""
    folder = home / "secrets"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in SECRET_NAMES:
        with suppress(FileExistsError):
            _keep(folder / name, _fresh(name))


def _keep(path: Path, secret: str) -> None:
    """Whole or not at all: a disk that is full must not leave an empty secret."""
    handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(secret)
    except OSError:
        path.unlink()
        raise


def _fresh(name: str) -> str:
    if name == "COUNTERFOIL_ENCRYPTION_KEYS":
        return generate_key()
    return secrets.token_urlsafe(50)
