"""The message catalogue: every text a leader reads, in Finnish, Swedish and English.

`contract/messages/<language>.yaml` holds nested sections; a key is the dotted path to a text.
Placeholders are `{name}`. A text that depends on a number is a mapping `one`/`other` and chosen by
the argument `count`, with the language's plural rule.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from babel.core import Locale

MESSAGES_DIR = Path(__file__).with_name("messages")
MESSAGE_LANGUAGES = ("fi", "sv", "en")
PLURAL_FORMS = frozenset({"one", "other"})


class MessageError(LookupError):
    """A message that is missing, or an argument that its text asks for and did not get."""


def t(language: str, key: str, /, **arguments: object) -> str:
    """The text of `key` in `language` with its placeholders filled; any name may be a placeholder's.

    Raises: MessageError naming the language, the key and what is missing.
    """
    text = _lookup(language, key, arguments)
    try:
        return text.format_map(arguments) if "{" in text else text
    except KeyError as missing:
        raise MessageError(
            f"message {key!r} ({language}) needs {missing}; it was given {sorted(arguments)}"
        ) from missing


def has_message(language: str, key: str) -> bool:
    """True when `key` names a text in `language`."""
    return key in catalogue(language)


def _lookup(language: str, key: str, arguments: dict[str, object]) -> str:
    texts = catalogue(language)
    if key in texts:
        return texts[key]
    if "count" in arguments:
        plural = f"{key}.{_plural_form(language, arguments['count'])}"
        if plural in texts:
            return texts[plural]
    raise MessageError(f"no message {key!r} in {MESSAGES_DIR.name}/{language}.yaml; add it in every language")


def _plural_form(language: str, count: object) -> str:
    if not isinstance(count, int | float):
        raise MessageError(f"the argument `count` is {count!r}; a number was expected")
    return str(Locale.parse(language).plural_form(count))


@lru_cache(maxsize=len(MESSAGE_LANGUAGES))
def catalogue(language: str) -> dict[str, str]:
    """All texts of `language` by dotted key.

    Raises: MessageError when there is no such language or a value is not a text.
    """
    path = MESSAGES_DIR / f"{language}.yaml"
    if not path.is_file():
        raise MessageError(f"no message file {path.name}; languages are {MESSAGE_LANGUAGES}")
    return dict(_flatten(yaml.safe_load(path.read_text(encoding="utf-8")), ""))


def _flatten(node: Any, prefix: str) -> list[tuple[str, str]]:
    if isinstance(node, str):
        return [(prefix, node)]
    if node is None:
        return []
    if not isinstance(node, dict):
        raise MessageError(f"message {prefix!r} is {type(node).__name__}; a text or a section was expected")
    return [
        pair
        for name, child in node.items()
        for pair in _flatten(child, f"{prefix}.{name}" if prefix else str(name))
    ]
