"""The parts of an Office file (a zip of XML), opened as if it had been made to harm.

Nothing is unpacked to disk, names in the archive are only compared, sizes are counted while unpacking, and
XML that declares a document type or entities is refused before anything of it is used.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import Any
from xml.parsers import expat

from contract.problems import FileRefused, too_large
from dagster_project.sources.formats.grid import Limits

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CHUNK = 1 << 17
_SMALL_ENOUGH = 10_000_000
"""Unpacked bytes below which a high ratio harms nobody: a sheet of equal rows packs very well."""
_DEEPEST = 64

Attributes = dict[str, str]
Start = Callable[[str, Attributes], None]
End = Callable[[str], None]
Text = Callable[[str], None]


class OfficePackage:
    """The parts of one file. Raises: FileRefused for anything that is no plain, honest workbook."""

    def __init__(self, body: bytes, limits: Limits) -> None:
        if len(body) > limits.file_bytes:
            raise too_large(len(body), limits.file_bytes)
        if body.startswith(_OLE):
            raise FileRefused("old_excel")
        self._limits = limits
        self._unpacked = 0
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(body))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, UnicodeDecodeError) as wrong:
            raise FileRefused("damaged") from wrong
        self._parts = self._inspected(len(body))

    def has(self, name: str) -> bool:
        """True when there is a part called `name`."""
        return name.lower() in self._parts

    def names(self) -> tuple[str, ...]:
        """The names of all parts, lower case."""
        return tuple(self._parts)

    def read(self, name: str, start: Start, end: End | None = None, text: Text | None = None) -> None:
        """Tell what the XML part holds; names come without their namespace.

        Raises: FileRefused when it is damaged, unpacks to more than allowed or declares a document type.
        """
        parser = _parser(start, end, text)
        try:
            for chunk in self._chunks(name):
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
        except expat.ExpatError as wrong:
            raise FileRefused("damaged") from wrong

    def _inspected(self, packed: int) -> dict[str, zipfile.ZipInfo]:
        entries = self._archive.infolist()
        limits = self._limits
        if len(entries) > limits.entries:
            raise FileRefused("bomb")
        if any(entry.flag_bits & 1 for entry in entries):
            raise FileRefused("encrypted")
        declared = sum(entry.file_size for entry in entries)
        if declared > limits.unpacked_bytes or declared > max(_SMALL_ENOUGH, packed * limits.ratio):
            raise FileRefused("bomb")
        parts = {entry.filename.lower().lstrip("/"): entry for entry in entries}
        if len(parts) != len(entries):
            raise FileRefused("damaged")
        return parts

    def _chunks(self, name: str) -> Iterator[bytes]:
        entry = self._parts.get(name.lower())
        if entry is None:
            raise FileRefused("damaged")
        limits, read = self._limits, 0
        try:
            with self._archive.open(entry) as stream:
                while chunk := stream.read(_CHUNK):
                    read += len(chunk)
                    self._unpacked += len(chunk)
                    if self._unpacked > limits.unpacked_bytes or read > entry.file_size:
                        raise FileRefused("bomb")
                    if read > max(_SMALL_ENOUGH, entry.compress_size * limits.ratio):
                        raise FileRefused("bomb")
                    yield chunk
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError) as wrong:
            raise FileRefused("damaged") from wrong


def _parser(start: Start, end: End | None, text: Text | None) -> Any:
    depth = 0

    def opened(name: str, attributes: Attributes) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise FileRefused("damaged")
        start(name.rpartition(":")[2], attributes)

    def closed(name: str) -> None:
        nonlocal depth
        depth -= 1
        if end is not None:
            end(name.rpartition(":")[2])

    def refused(*_: Any) -> None:
        raise FileRefused("document_type")

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = opened
    parser.EndElementHandler = closed
    if text is not None:
        parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = refused
    parser.EntityDeclHandler = refused
    parser.ExternalEntityRefHandler = refused
    return parser
