"""Password hashing cheap enough for tests; never used outside them."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class QuickArgon2PasswordHasher(Argon2PasswordHasher):
    """Argon2 with the least work."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1
