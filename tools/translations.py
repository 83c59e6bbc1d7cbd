"""Keep the catalogues of translations in step with the texts of the product.

``check`` fails when the template is stale, a catalogue lacks a text, a translation
lost one of its placeholders, or a compiled catalogue is older than its source.
``update`` mends all but the missing translations.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages import Catalog, Message, extract, mofile, pofile
from django.conf.locale import LANG_INFO

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "counterfoil"
LOCALE = SOURCE / "locale"
TEMPLATE = LOCALE / "counterfoil.pot"
LOCALES = ("ko", "pt_BR", "pl")
# Dates in the files would change them at every run and tell nothing that git does not.
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
METHODS = [
    ("**/tests/**", "ignore"),
    ("**.py", "python"),
    ("**/templates/**", "jinja2"),
]
KEYWORDS = {
    **extract.DEFAULT_KEYWORDS,
    "_lazy": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
}
OPTIONS = {"**/templates/**": {"extensions": "jinja2.ext.i18n", "silent": "false"}}


def collected() -> Catalog:
    """Collect every text of the sources; line numbers are left out, they only churn."""
    catalog = empty()
    found = extract.extract_from_dir(
        SOURCE, METHODS, OPTIONS, keywords=KEYWORDS, comment_tags=("Translators:",)
    )
    for file, _line, message, comments, context in sorted(
        found, key=lambda item: (item[0], item[1])
    ):
        catalog.add(
            message,
            locations=[(file, None)],
            auto_comments=comments,
            context=context,
        )
    return catalog


def empty(locale: str | None = None) -> Catalog:
    return Catalog(
        locale=locale,
        project="Counterfoil",
        header_comment="# Texts of Counterfoil. Made by `make translations`.",
        copyright_holder="",
        msgid_bugs_address="-",
        last_translator="-",
        language_team="-",
        version="-",
        creation_date=LONG_AGO,
        revision_date=LONG_AGO,
        fuzzy=False,
    )


def is_translated(message: Message | None) -> bool:
    if message is None:
        return False
    forms = (message.string,) if isinstance(message.string, str) else message.string
    return bool(forms) and all(forms)


def source_of(locale: str) -> Path:
    return LOCALE / locale / "LC_MESSAGES" / "django.po"


def read(path: Path, locale: str | None = None) -> Catalog:
    if not path.exists():
        return empty(locale)
    with path.open("rb") as file:
        return pofile.read_po(file, locale=locale)


def texts(catalog: Catalog) -> set[object]:
    return {(message.context, message.id) for message in catalog if message.id}


def compiled(catalog: Catalog) -> bytes:
    buffer = io.BytesIO()
    mofile.write_mo(buffer, catalog)
    return buffer.getvalue()


def faults(locale: str, template: Catalog) -> Iterator[str]:
    """Yield a sentence for each thing that is wrong with one catalogue."""
    name = LANG_INFO[locale.lower().replace("_", "-")]["name"]
    catalog = read(source_of(locale), locale)
    missing = [
        message.id
        for message in template
        if message.id and not is_translated(catalog.get(message.id, message.context))
    ]
    if missing:
        yield f"{name} lacks {len(missing)} of {len(template)} texts: {missing[:3]} ..."
    for message, errors in catalog.check():
        yield f"{name}: {message.id!r}: {'; '.join(str(error) for error in errors)}"
    target = source_of(locale).with_suffix(".mo")
    if not target.exists() or target.read_bytes() != compiled(catalog):
        yield f"{name}: the compiled catalogue is stale: run make translations."


def check() -> list[str]:
    template = collected()
    found = []
    if texts(template) != texts(read(TEMPLATE)):
        found.append("The template of texts is stale: run make translations.")
    for locale in LOCALES:
        found.extend(faults(locale, template))
    return found


def write(path: Path, catalog: Catalog) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        pofile.write_po(
            file, catalog, width=88, omit_header=False, include_lineno=False
        )


def update() -> None:
    template = collected()
    write(TEMPLATE, template)
    for locale in LOCALES:
        catalog = read(source_of(locale), locale)
        catalog.update(template, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        catalog.revision_date = LONG_AGO
        write(source_of(locale), catalog)
        # From the file as it will be read again, so that `check` gets the same bytes.
        again = read(source_of(locale), locale)
        source_of(locale).with_suffix(".mo").write_bytes(compiled(again))


if __name__ == "__main__":
    if sys.argv[1:] == ["update"]:
        update()
    elif sys.argv[1:] == ["check"]:
        problems = check()
        sys.exit("\n".join(problems) if problems else 0)
    else:
        sys.exit("Usage: tools/translations.py check|update")
