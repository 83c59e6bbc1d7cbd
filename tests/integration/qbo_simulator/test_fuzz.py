"""Whatever is asked, in whatever order: no failure, books in order, ids never reused.

Every example starts from the same five companies (two in the United States, one in
Britain, one in France, one of several currencies) and sends some twenty requests: to create, update, void, delete, send and
print, as JSON, XML, in batches and in process, sound and broken; uploads, queries,
change feeds and reports. After each one the books are looked through.

`make test` runs the same short run every time. `FUZZ_EXAMPLES=5000` makes a longer one
that begins elsewhere each time; `--hypothesis-seed=7` chooses where.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings, strategies as st
from support.fuzz_template import PROFILES, Template

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "0"))
STEPS = 20
NOW = datetime(2026, 3, 10, 18, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Template]:
    found: Path = tmp_path_factory.mktemp("fuzz")
    with Template.made(found, NOW) as made:
        yield made


@settings(
    max_examples=EXAMPLES or 200,
    derandomize=not EXAMPLES,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),
)
@given(
    random=st.randoms(use_true_random=False),
    profile=st.sampled_from(PROFILES),
    steps=st.integers(1, STEPS),
)
def test_whatever_is_asked_the_books_stay_in_order(
    template: Template, random: Random, profile: str, steps: int
) -> None:
    with template.world(profile) as world:
        for _ in range(steps):
            world.step(random)
        world.check_all()
