from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template import engines

from counterfoil import web
from counterfoil.web.icons import icon
from counterfoil.web.navigation import sections
from counterfoil.web.records.looks import LOOKS
from counterfoil.web.stories import stories

FOLDER = Path(web.__file__).parent / "templates"
TEMPLATES = sorted(str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*.html"))
SOURCES = {name: (FOLDER / name).read_text(encoding="utf-8") for name in TEMPLATES}


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_template_compiles(name):
    assert engines["jinja2"].get_template(name)


def test_every_icon_exists():
    named = {
        name
        for text in SOURCES.values()
        for name in re.findall(r'icon\("([a-z0-9-]+)"', text)
    }
    named |= {look.icon for look in LOOKS.values()}
    named |= {section.icon for section in sections} | {one.icon for one in stories}
    for name in named:
        assert "<svg" in icon(name)


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_script_or_style_stands_in_the_page(name):
    text = SOURCES[name]
    assert not re.search(r"\son[a-z]+=|\sstyle=|<style|javascript:", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_form_that_posts_carries_its_token(name):
    for form in re.findall(
        r"<form[^>]*method=\"post\".*?</form>", SOURCES[name], re.DOTALL
    ):
        assert "csrf_input" in form or "{{ token }}" in form, form[:120]
