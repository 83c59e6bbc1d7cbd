"""The faces of a printed form, and which of them can draw a character.

Roboto (Apache-2.0, in `fonts/`) is embedded and covers Latin, Greek, Cyrillic and
Vietnamese. Korean, Japanese and Chinese are set in the standard CID fonts of the PDF
specification, which a viewer supplies itself: no 15 MB of fonts for a rare name.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont

FACES = {"kr": "HYGothic-Medium", "jp": "HeiseiKakuGo-W5", "cn": "STSong-Light"}


@cache
def register_fonts() -> frozenset[int]:
    """Register the faces once; return the code points Roboto can draw."""
    folder = Path(__file__).parent / "fonts"
    regular = TTFont("Roboto", str(folder / "Roboto-Regular.ttf"))
    pdfmetrics.registerFont(regular)
    pdfmetrics.registerFont(TTFont("Roboto-Bold", str(folder / "Roboto-Bold.ttf")))
    pdfmetrics.registerFontFamily(
        "Roboto", normal="Roboto", bold="Roboto-Bold", italic="Roboto"
    )
    for face in FACES.values():
        pdfmetrics.registerFont(UnicodeCIDFont(face))
    return frozenset(regular.face.charToGlyph)


def _face_for(character: str) -> str:
    """Name the face that draws a character; an empty name means Roboto."""
    code = ord(character)
    if code in register_fonts():
        return ""
    if 0x1100 <= code <= 0x11FF or 0x3130 <= code <= 0x318F or 0xAC00 <= code <= 0xD7A3:
        return FACES["kr"]
    if 0x3040 <= code <= 0x30FF or 0xFF65 <= code <= 0xFF9F:
        return FACES["jp"]
    if 0x2E80 <= code <= 0x9FFF or 0xF900 <= code <= 0xFAFF or 0xFF00 <= code <= 0xFF64:
        return FACES["cn"]
    return "?"


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def marked_up(text: str) -> str:
    """Escape a text for a paragraph and put each run of it in a face that has it."""
    runs: list[tuple[str, str]] = []
    for character in text:
        if character == "\n":
            runs.append(("br", ""))
            continue
        if ord(character) < 32:
            continue
        face = _face_for(character)
        drawn = "?" if face == "?" else character
        face = "" if face == "?" else face
        if runs and runs[-1][0] == face:
            runs[-1] = (face, runs[-1][1] + drawn)
        else:
            runs.append((face, drawn))
    parts = []
    for face, run in runs:
        if face == "br":
            parts.append("<br/>")
        elif face:
            parts.append(f'<font face="{face}">{_escape(run)}</font>')
        else:
            parts.append(_escape(run))
    return "".join(parts)
