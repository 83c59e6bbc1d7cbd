"""The parts of a `multipart/form-data` body, read as leniently as the service does.

Public clients end lines with a bare line feed, leave out the name of the file, or send
the content in base64 without a word about its length; all of them are understood.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass

QUOTED = re.compile(r';\s*([\w*]+)\s*=\s*(?:"((?:\\.|[^"\\])*)"|([^;]*))')
HEAD = re.compile(rb"\r?\n\r?\n")


@dataclass(frozen=True, slots=True)
class Part:
    """One field or file of a form."""

    name: str
    filename: str
    content_type: str
    content: bytes


class NotMultipartError(ValueError):
    """The body has no boundary, or does not end where it should."""


def parts_of(body: bytes, content_type: str) -> list[Part]:
    """The parts of a body; raises NotMultipartError."""
    media, _, _ = content_type.partition(";")
    boundary = _parameters(content_type).get("boundary", "")
    if media.strip().lower() != "multipart/form-data" or not boundary:
        raise NotMultipartError("The body is not multipart/form-data")
    mark = re.escape(b"--" + boundary.encode("latin-1", "replace"))
    pieces = re.split(rb"(?:\r?\n|^)" + mark, body.lstrip(b"\r\n"))
    if len(pieces) < 2:
        raise NotMultipartError("The body has no part")
    found: list[Part] = []
    for piece in pieces[1:]:
        if piece.startswith(b"--"):
            return found
        found.append(_part(piece))
    raise NotMultipartError("The body does not end with its boundary")


def _part(piece: bytes) -> Part:
    head, _, content = _cut(piece)
    headers = {}
    for line in head.decode("utf-8", "replace").splitlines():
        key, _, value = line.partition(":")
        headers[key.strip().lower()] = value.strip()
    disposition = _parameters(headers.get("content-disposition", ""))
    if headers.get("content-transfer-encoding", "").lower() == "base64":
        content = _decoded(content)
    return Part(
        name=disposition.get("name", ""),
        filename=disposition.get("filename", ""),
        content_type=headers.get("content-type", ""),
        content=content,
    )


def _cut(piece: bytes) -> tuple[bytes, bytes, bytes]:
    found = HEAD.search(piece)
    if found is None:
        raise NotMultipartError("A part has no headers")
    return piece[: found.start()], found.group(), piece[found.end() :]


def _decoded(content: bytes) -> bytes:
    try:
        return base64.b64decode(b"".join(content.split()), validate=True)
    except binascii.Error:
        raise NotMultipartError("A part is not base64") from None


def _parameters(header: str) -> dict[str, str]:
    return {
        key.lower(): re.sub(r"\\(.)", r"\1", quoted) if quoted else plain.strip()
        for key, quoted, plain in QUOTED.findall(header)
    }
