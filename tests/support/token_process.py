"""A worker that asks for a connection's token whenever it reads a line: prints a digest.

``DATABASE_URL`` is the test's database; the connection's number is the argument.
"""

from __future__ import annotations

import hashlib
import os
import sys
from datetime import UTC, datetime

import django

os.environ["COUNTERFOIL_MODE"] = "test"
os.environ["DJANGO_SETTINGS_MODULE"] = "counterfoil.config.settings"
django.setup()

from counterfoil.connections import tokens  # noqa: E402
from counterfoil.connections.models import Connection  # noqa: E402


def say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    tokens.WAIT_SECONDS = 60
    connection = Connection.objects.get(pk=int(sys.argv[1]))
    say("ready")
    for _line in sys.stdin:
        token = tokens.access_token(connection, now=datetime.now(UTC))
        say(hashlib.sha256(token.reveal().encode()).hexdigest())
