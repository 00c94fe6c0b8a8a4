"""The keywords of a px file: their character set, their statements, their texts in several languages.

The format: https://www.scb.se/en/services/statistical-programs-for-px-files/px-file-format/
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from functools import cached_property

from dagster_project.sources.errors import PermanentSourceError

LARGEST_HEADER = 64_000_000
_DATA = re.compile(rb"(?<![^;\s])DATA\s*+=", re.IGNORECASE)
_QUOTE = b'"'
_STATEMENT = re.compile(r'[^";]*+(?:"[^"]*+"[^";]*+)*+;')
_HEAD = re.compile(
    r"\s*+(?P<keyword>[A-Za-z][A-Za-z0-9_-]*+)\s*+"
    r'(?:\[\s*+"?(?P<language>[A-Za-z_-]++)"?\s*+\])?\s*+'
    r'(?:\(\s*+(?P<key>"[^"]*+"(?:\s*+,\s*+"[^"]*+")*+|[^")=;]*+)\s*+\))?\s*+='
)
_TOKEN = re.compile(r'"([^"]*+)"|(,)|([^\s",]++)')
_TEXT = re.compile(r'"([^"]*+)"')
_LINE_BREAK = re.compile(r"[ \t]*[\r\n]+[ \t]*")
_DECLARED = re.compile(rb'(CODEPAGE|CHARSET)\s*=\s*"?([A-Za-z0-9_. -]{1,40})"?\s*;', re.IGNORECASE)
_NORDIC_WINDOWS = frozenset("äöåÄÖÅ".encode("cp1252"))
_NORDIC_DOS = frozenset("äöåÄÖÅ".encode("cp850"))
_C1 = frozenset(range(0x80, 0xA0))
_KNOWN_SETS = re.compile(
    r"(iso-?8859-?\d{1,2}|latin-?\d{1,2}|windows-?125\d|cp-?\d{3,4}|utf-?8|(us-?)?ascii|\d{3,5})"
)


@dataclass(frozen=True)
class Statement:
    """`KEYWORD[language]("key")=value;`; `keys` are the quoted words in brackets, `raw` stands after `=`."""

    keyword: str
    language: str | None
    keys: tuple[str, ...]
    raw: str

    @property
    def items(self) -> tuple[str, ...]:
        """The listed texts; pieces of one text that stand on several lines are put together."""
        items: list[str] = []
        open_item = False
        for quoted, comma, bare in _TOKEN.findall(self.raw):
            if comma:
                open_item = False
            elif open_item and not bare:
                items[-1] += _one_line(quoted)
            else:
                items.append(bare or _one_line(quoted))
                open_item = not bare
        return tuple(items)

    @property
    def text(self) -> str:
        """The value as one text; `#` stands for a line break in px texts."""
        return "".join(self.items).replace("#", " ").strip()


@dataclass(frozen=True)
class Header:
    """The statements before DATA, in order, and how their bytes were read."""

    statements: tuple[Statement, ...]
    charset: str
    remarks: tuple[str, ...]

    def find(self, keyword: str, key: str | None = None, language: str | None = None) -> Statement | None:
        """The statement; without `key` only one that has none. The first of several counts."""
        return self._found.get((keyword, language, () if key is None else (key,)))

    def all(self, keyword: str) -> list[Statement]:
        """Every statement of a keyword, whatever its key and language."""
        return [statement for statement in self.statements if statement.keyword == keyword]

    @cached_property
    def _found(self) -> dict[tuple[str, str | None, tuple[str, ...]], Statement]:
        return {(it.keyword, it.language, it.keys): it for it in reversed(self.statements)}


def split_data(body: bytes, where: str) -> tuple[bytes, bytes]:
    """The bytes before the keyword DATA and those after its `=`; a DATA inside a text does not count.

    Raises: PermanentSourceError truncated when there is no DATA, too_large for a header beyond bounds.
    """
    quotes, looked_at = 0, 0
    for found in _DATA.finditer(body):
        quotes += body.count(_QUOTE, looked_at, found.start())
        looked_at = found.start()
        if quotes % 2 == 0:
            if found.start() > LARGEST_HEADER:
                raise PermanentSourceError(
                    "too_large",
                    f"{where}: {found.start()} bytes before DATA; at most {LARGEST_HEADER} are read",
                )
            return body[: found.start()], body[found.end() :]
    unended = (quotes + body.count(_QUOTE, looked_at)) % 2
    why = "a quotation mark is opened and never closed" if unended else "the keyword DATA is missing"
    raise PermanentSourceError(
        "truncated", f"{where}: the px file stops before its figures ({why}); get the file again"
    )


def read_header(head: bytes, where: str) -> Header:
    """The statements. Raises: PermanentSourceError malformed, naming the line."""
    text, charset, remarks = decode(head)
    statements, at = [], 0
    text = text.removeprefix("\ufeff").lstrip("\x00\x1a \t\r\n")
    for found in _STATEMENT.finditer(text):
        if found.start() != at:
            break
        at = found.end()
        statement = found[0]
        if statement.strip() != ";":
            statements.append(_statement(statement, text, found.start(), where))
    if text[at:].strip():
        raise PermanentSourceError(
            "malformed",
            f"{where}, line {_line(text, at)}: a keyword does not end with `;`: {_shown(text[at:])}",
        )
    return Header(tuple(statements), charset, remarks)


def decode(head: bytes) -> tuple[str, str, tuple[str, ...]]:
    """The text, the character set it was read in, and a remark when that is not the declared one.

    Bytes tell more than declarations: text that is valid UTF-8 beyond ASCII is UTF-8, whatever it says of
    itself; bytes 0x80 to 0x9F are no letters in any ISO-8859 set, so there it is Windows' or DOS' set.
    """
    declared = _declared(head)
    beyond = set(head) - set(range(0x80))
    if head.startswith(codecs.BOM_UTF8) or not beyond:
        return head.decode("utf-8-sig", "replace"), "utf-8" if beyond else "ascii", ()
    try:
        return head.decode("utf-8"), "utf-8", _remark(declared, "utf-8")
    except UnicodeDecodeError:
        pass
    charset = _eight_bit(head, beyond, declared)
    return head.decode(charset, "replace"), charset, _remark(declared, charset)


def _eight_bit(head: bytes, beyond: set[int], declared: str | None) -> str:
    windows = sum(head.count(bytes([letter])) for letter in _NORDIC_WINDOWS)
    dos = sum(head.count(bytes([letter])) for letter in _NORDIC_DOS)
    if dos > windows:
        return declared if declared in ("cp850", "cp437", "cp865") else "cp850"
    if declared in (None, "utf-8", "ascii", "cp850", "cp437", "cp865"):
        return "cp1252"
    if declared.startswith("iso8859") and beyond & _C1:
        return "cp1252"
    return declared


def _declared(head: bytes) -> str | None:
    """The character set that CODEPAGE or else CHARSET names, as Python calls it; None when it is unknown."""
    named = {found[1].upper(): found[2] for found in reversed(list(_DECLARED.finditer(head[:20_000])))}
    name = named.get(b"CODEPAGE", b"").decode("ascii").strip().lower()
    if not name:
        name = {"ansi": "cp1252", "oem": "cp850"}.get(
            named.get(b"CHARSET", b"").decode("ascii").strip().lower(), ""
        )
    if not _KNOWN_SETS.fullmatch(name):
        return None
    try:
        return codecs.lookup(f"cp{name}" if name.isdigit() else name).name
    except LookupError:
        return None


def _remark(declared: str | None, charset: str) -> tuple[str, ...]:
    alike = {declared, charset} <= {"cp1252", "iso8859-1", "iso8859-15"} and declared == "cp1252"
    if declared in (None, charset) or alike:
        return ()
    return (f"the file says its character set is {declared}, its bytes are {charset}",)


def _statement(statement: str, text: str, at: int, where: str) -> Statement:
    head = _HEAD.match(statement)
    if head is None:
        raise PermanentSourceError(
            "malformed",
            f"{where}, line {_line(text, at + len(statement) - len(statement.lstrip()))}: "
            f"expected KEYWORD=value; found {_shown(statement)}",
        )
    key = (head["key"] or "").strip()
    keys = tuple(map(_one_line, _TEXT.findall(key))) or ((key,) if key else ())
    return Statement(head["keyword"].upper(), head["language"], keys, statement[head.end() : -1])


def _one_line(text: str) -> str:
    return _LINE_BREAK.sub(" ", text) if "\n" in text or "\r" in text else text


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _shown(text: str) -> str:
    return repr(" ".join(text.split())[:60])
