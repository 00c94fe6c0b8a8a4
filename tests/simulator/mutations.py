"""Spoilt answers without end: a good body and a seed give a bad one, always the same.

Half of them are spoilt as bytes (flipped, cut, doubled, wrongly encoded), half as JSON (keys gone or twice,
types changed, numbers beyond any machine, texts that mean something elsewhere, other years, deep nesting).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

RAW = ("1e400", "-1e400", "NaN", "-Infinity", "1" + "0" * 400, "-1", "0", "1e-400", "2.5", "0" * 3 + "7")
DEEP = "[" * 60_000 + "]" * 60_000
TEXTS = (
    "",
    " ",
    "\u0000",
    "KU999",
    "SSS",
    "../../../etc/passwd",
    "'; drop table raw_meta.load; --",
    "=cmd|' /C calc'!A0",
    "<script>alert(1)</script>",
    "x" * 50_000,
    "٢٠٢٤",
    "1,5",
    "true",
    "2026-13-45T99:99:99Z",
    "NaN",
    "１２",
)
LONE_SURROGATE = "\\ud800"
_MARK = "@@raw:%s@@"
_MARKED = re.compile(r'"@@raw:(\d+)@@"')


def mutated(body: bytes, random: Random, others: Sequence[bytes] = ()) -> bytes:
    """The body after one to three changes; once in a while another answer altogether."""
    if others and random.random() < 0.02:
        return random.choice(others)
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        body = _as_json(body, random) if random.random() < 0.6 else random.choice(BYTES)(body, random)
    return body


def _span(body: bytes, random: Random, longest: int = 40) -> tuple[int, int]:
    start = random.randrange(len(body) + 1)
    return start, min(len(body), start + random.randint(1, longest))


def _flip(body: bytes, random: Random) -> bytes:
    changed = bytearray(body)
    for _ in range(random.randint(1, 4)):
        if changed:
            changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
    return bytes(changed)


def _digits(body: bytes, random: Random) -> bytes:
    """Another digit for one: figures, years and codes change without breaking anything."""
    places = [place for place, byte in enumerate(body) if 48 <= byte <= 57]
    if not places:
        return body
    changed = bytearray(body)
    changed[random.choice(places)] = random.randint(48, 57)
    return bytes(changed)


def _cut(body: bytes, random: Random) -> bytes:
    return body[: random.randrange(len(body) + 1)]


def _without(body: bytes, random: Random) -> bytes:
    start, end = _span(body, random)
    return body[:start] + body[end:]


def _twice(body: bytes, random: Random) -> bytes:
    start, end = _span(body, random)
    return body[:end] + body[start:]


def _inserted(body: bytes, random: Random) -> bytes:
    place = random.randrange(len(body) + 1)
    return body[:place] + random.randbytes(random.randint(1, 8)) + body[place:]


def _other_form(body: bytes, random: Random) -> bytes:
    text = body.decode("utf-8", "replace")
    return random.choice(
        (
            lambda: b"\xef\xbb\xbf" + body,
            lambda: text.encode("utf-16"),
            lambda: text.encode("latin-1", "replace"),
            lambda: body + body,
            lambda: b"[" + body + b"]",
            lambda: b'"' + body + b'"',
            lambda: DEEP.encode(),
            lambda: b"<!DOCTYPE html>" + body,
            lambda: b"",
            lambda: b"null",
            lambda: body + b"\x00" * 100,
        )
    )()


BYTES: tuple[Callable[[bytes, Random], bytes], ...] = (
    _flip,
    _flip,
    _digits,
    _digits,
    _cut,
    _without,
    _twice,
    _inserted,
    _other_form,
)


def _as_json(body: bytes, random: Random) -> bytes:
    """One change in the document; a body that is no JSON (any more) is changed as bytes."""
    try:
        document = json.loads(body)
        spots = _spots(document)
    except (ValueError, RecursionError):
        return _flip(body, random)
    if not spots:
        return body
    raw: list[str] = []
    container, key = random.choice(spots)
    random.choice(CHANGES)(container, key, random, raw)
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return _MARKED.sub(lambda match: raw[int(match[1])], text).encode("utf-8", "replace")


def _spots(document: Any) -> list[tuple[Any, Any]]:
    """Every place in the document, as (container, key). Long lists give a few of theirs."""
    found: list[tuple[Any, Any]] = []
    waiting = [document]
    while waiting:
        here = waiting.pop()
        if isinstance(here, dict):
            keys: Sequence[Any] = list(here)
        elif isinstance(here, list):
            keys = list(range(len(here))) if len(here) < 30 else [0, 1, len(here) // 2, -1]
        else:
            continue
        found += [(here, key) for key in keys]
        waiting += [here[key] for key in keys]
    return found


def _replace(container: Any, key: Any, random: Random, raw: list[str]) -> None:
    choice = random.choice(("raw", "text", "null", "list", "dict", "flag", "as text", "surrogate"))
    value = container[key]
    container[key] = {
        "text": random.choice(TEXTS),
        "null": None,
        "list": [value],
        "dict": {"0": value},
        "flag": random.random() < 0.5,
        "as text": str(value),
    }.get(choice)
    if choice == "raw":
        container[key] = _raw(random.choice((*RAW, DEEP)), raw)
    elif choice == "surrogate":
        container[key] = _raw(f'"{LONE_SURROGATE}"', raw)


def _remove(container: Any, key: Any, _random: Random, _raw_texts: list[str]) -> None:
    del container[key]


def _rename(container: Any, key: Any, random: Random, _raw_texts: list[str]) -> None:
    if isinstance(container, dict):
        container[random.choice((str(key) + "x", str(key).upper(), random.choice(TEXTS)))] = container.pop(
            key
        )
    else:
        container.append(container[key])


def _key_twice(container: Any, key: Any, random: Random, raw: list[str]) -> None:
    """The same key again with another value: JSON allows it, readers differ in which one wins."""
    if not isinstance(container, dict):
        container.insert(0, container[key])
        return
    again = json.dumps(random.choice((None, 0, [], {}, "x")))
    whole = json.dumps(container[key], ensure_ascii=False)
    container[key] = _raw(f"{again},{json.dumps(key, ensure_ascii=False)}:{whole}", raw)


def _in_list(container: Any, key: Any, random: Random, _raw_texts: list[str]) -> None:
    value = container[key] if isinstance(container[key], list) else container
    if not isinstance(value, list) or not value:
        _remove(container, key, random, _raw_texts)
        return
    random.choice(
        (
            lambda: random.shuffle(value),
            value.reverse,
            lambda: value.append(value[0]),
            lambda: value.extend(value),
            value.pop,
            value.clear,
            lambda: value.extend([value[-1]] * 500),
        )
    )()


def _exchange(container: Any, key: Any, random: Random, _raw_texts: list[str]) -> None:
    keys = list(container) if isinstance(container, dict) else range(len(container))
    other = random.choice(list(keys))
    container[key], container[other] = container[other], container[key]


def _year(container: Any, key: Any, random: Random, _raw_texts: list[str]) -> None:
    value = container[key]
    other = random.choice(("0000", "1066", "2099", "9999", "20", "20212"))
    if isinstance(value, str) and re.match(r"\d{4}", value):
        container[key] = other + value[4:]
    elif isinstance(value, int) and not isinstance(value, bool) and 1900 < value < 2100:
        container[key] = int(other)
    elif isinstance(container, dict) and re.match(r"\d{4}", str(key)):
        container[other + str(key)[4:]] = container.pop(key)
    else:
        _exchange(container, key, random, _raw_texts)


def _raw(text: str, raw: list[str]) -> str:
    """A stand-in for text that goes into the document as it is."""
    raw.append(text)
    return _MARK % (len(raw) - 1)


CHANGES: tuple[Callable[[Any, Any, Random, list[str]], None], ...] = (
    _replace,
    _replace,
    _replace,
    _remove,
    _rename,
    _key_twice,
    _in_list,
    _exchange,
    _year,
)
