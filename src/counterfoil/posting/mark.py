"""The mark: a small file that says how much this installation has sent.

It lies outside the database, so that it does not go back in time with it. A database
that has sent less than its mark says was restored from a backup.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID


@dataclass(frozen=True)
class Mark:
    """How often something was sent, by which installation, and when last."""

    installation: UUID
    count: int
    sent_at: datetime | None


def read(path: Path) -> Mark | None:
    """``None`` when there is no file, or none that can be understood."""
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        sent_at = held["sent_at"]
        return Mark(
            installation=UUID(held["installation"]),
            count=int(held["count"]),
            sent_at=datetime.fromisoformat(sent_at) if sent_at else None,
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def keep(path: Path, mark: Mark) -> bool:
    """Write it down unless more is written there already; whether that is possible."""
    try:
        with _alone(path):
            held = read(path)
            if (
                held is None
                or held.installation != mark.installation
                or held.count < mark.count
            ):
                _write(path, mark)
    except OSError:
        return False
    return True


def _write(path: Path, mark: Mark) -> None:
    """Whole or not at all."""
    values = {
        "installation": str(mark.installation),
        "count": mark.count,
        "sent_at": mark.sent_at.isoformat() if mark.sent_at else "",
    }
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps(values) + "\n", encoding="utf-8")
    draft.replace(path)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path.with_suffix(".lock"), os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
