"""An answer as received, and the first look at its bytes: is it JSON at all, and is it whole?"""

from __future__ import annotations

import codecs
import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any, NoReturn

import orjson

from dagster_project.sources.errors import PermanentSourceError, SourceFault, TransientSourceError

JSON = "application/json"
_HALF_A_CHARACTER = re.compile(rb"\\u[dD][89a-fA-F]")


@dataclass(frozen=True)
class Answer:
    """Bytes exactly as they came, their address, and the query that asked for them (None for a GET)."""

    name: str
    """File name in the landing: `metadata.json`, `data.json`, `data-0001.json` …"""
    url: str
    body: bytes
    query: dict[str, Any] | None = None
    place: str = ""
    """Where a folder of answers keeps it, for the answers of REST interfaces."""

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.body).hexdigest()


def fault_in_body(body: bytes, where: str, *, transient: bool, accept: str = JSON) -> SourceFault | None:
    """The fault that the first and last bytes show (a web page, or an answer cut off), else None.

    `transient` says whether another try may bring a better answer: yes over HTTP, no for a file.
    """
    fault = TransientSourceError if transient else PermanentSourceError
    text = body[:2000].strip().removeprefix(b"\xef\xbb\xbf").lstrip()
    if not text:
        return fault("truncated", f"{where}: the answer is empty")
    is_json = "json" in accept
    if text[:1] == b"<" and (is_json or text[:200].lower().startswith((b"<!doctype html", b"<html"))):
        expected = "JSON" if is_json else accept
        return fault(
            "html_answer", f"{where}: a web page came where {expected} was expected; it begins {_begin(text)}"
        )
    if is_json and text[:1] in b"{[" and body[-100:].rstrip()[-1:] not in b"}]":
        return fault("truncated", f"{where}: the answer stops after {len(body)} bytes, before its JSON ends")
    return None


def decode_json(answer: Answer) -> dict[str, Any]:
    """The JSON object in the answer.

    Raises: PermanentSourceError html_answer, truncated or malformed, naming the answer's address.
    """
    if fault := fault_in_body(answer.body, answer.url, transient=False):
        raise fault
    try:
        return _object(orjson.loads(answer.body.removeprefix(codecs.BOM_UTF8)), answer)
    except orjson.JSONDecodeError:
        pass  # the patient reader below tells what is wrong
    try:
        document = json.loads(answer.body.decode("utf-8-sig"), parse_constant=_no_number)
    except UnicodeDecodeError as error:
        raise PermanentSourceError("malformed", f"{answer.url}: not UTF-8 ({error})") from error
    except json.JSONDecodeError as error:
        raise PermanentSourceError(
            "truncated", f"{answer.url}: JSON breaks off or is broken: {error}"
        ) from error
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, lists within lists
        raise PermanentSourceError("malformed", f"{answer.url}: JSON that nobody means: {error}") from error
    if _HALF_A_CHARACTER.search(answer.body) and not _is_text(document):
        raise PermanentSourceError("malformed", f"{answer.url}: a text has half of a surrogate pair")
    return _object(document, answer)


def _object(document: object, answer: Answer) -> dict[str, Any]:
    if not isinstance(document, dict):
        raise PermanentSourceError(
            "malformed", f"{answer.url}: expected a JSON object, got {type(document).__name__}"
        )
    return document


def _no_number(word: str) -> NoReturn:
    """NaN and Infinity, which Python would read and JSON does not know."""
    raise ValueError(f"{word} is no JSON")


def _is_text(document: object) -> bool:
    """True when every text of the document can be written down as UTF-8."""
    try:
        json.dumps(document, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _begin(text: bytes) -> str:
    return repr(text[:60].decode("utf-8", "replace"))
