"""The message catalogue: complete in every language, nothing left over, and strict about what is missing."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

from contract.messages import MESSAGE_LANGUAGES, PLURAL_FORMS, MessageError, catalogue, t

ROOT = Path(__file__).resolve().parents[3]
OTHER_LANGUAGES = [language for language in MESSAGE_LANGUAGES if language != "fi"]


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@cache
def texts_in_code() -> tuple[frozenset[str], tuple[re.Pattern[str], ...]]:
    """Literal strings of the code, and patterns of its f-strings that look like message keys."""
    literals, patterns = set(), []
    files = [*(ROOT / "contract").glob("*.py"), *(ROOT / "dashboards").rglob("*.py")]
    for path in files:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                literals.add(node.value)
            elif isinstance(node, ast.JoinedStr) and (pattern := key_pattern(node)):
                patterns.append(re.compile(pattern))
    for template in (ROOT / "dashboards" / "templates").glob("*.html"):
        literals.update(re.findall(r'text\("([^"]+)"', template.read_text(encoding="utf-8")))
    return frozenset(literals), tuple(patterns)


def key_pattern(node: ast.JoinedStr) -> str | None:
    parts = [part.value if isinstance(part, ast.Constant) else None for part in node.values]
    first = parts[0]
    if not isinstance(first, str) or not re.fullmatch(r"[a-z_]+(\.[a-z_]+)*\.[a-z_]*", first):
        return None
    return "".join(re.escape(part) if isinstance(part, str) else r".+" for part in parts)


def forms_of(key: str) -> set[str]:
    """The key itself and, for a plural form, the key it is asked by."""
    base, _, last = key.rpartition(".")
    return {key, base} if last in PLURAL_FORMS else {key}


@pytest.mark.parametrize("language", OTHER_LANGUAGES)
def test_every_language_has_the_same_keys(language: str) -> None:
    assert set(catalogue(language)) == set(catalogue("fi"))


@pytest.mark.parametrize("language", OTHER_LANGUAGES)
def test_a_text_asks_for_the_same_things_in_every_language(language: str) -> None:
    differing = {
        key: (placeholders(text), placeholders(catalogue(language)[key]))
        for key, text in catalogue("fi").items()
        if placeholders(text) != placeholders(catalogue(language)[key])
    }
    assert differing == {}


def test_every_message_is_used() -> None:
    literals, patterns = texts_in_code()
    unused = [
        key
        for key in catalogue("fi")
        if not (forms_of(key) & literals) and not any(pattern.fullmatch(key) for pattern in patterns)
    ]
    assert unused == []


def test_every_key_in_the_code_has_a_message() -> None:
    literals, _ = texts_in_code()
    sections = {key.split(".")[0] for key in catalogue("fi")}
    known = {form for key in catalogue("fi") for form in forms_of(key)}
    asked = {
        text
        for text in literals
        if re.fullmatch(r"[a-z_]+(\.[a-z_]+)+(?<!\.html)", text) and text.split(".")[0] in sections
    }
    prefixes = {key.rsplit(".", depth)[0] for key in known for depth in (1, 2)}
    assert sorted(asked - known - prefixes) == []


@pytest.mark.parametrize("language", MESSAGE_LANGUAGES)
def test_no_text_shouts_or_carries_stray_spaces(language: str) -> None:
    faulty = [key for key, text in catalogue(language).items() if "!" in text or text != text.strip()]
    assert faulty == []


def test_a_plural_text_is_chosen_by_the_count() -> None:
    assert t("fi", "front.more", count=1) == "Näytä 1 tunnusluku lisää"
    assert t("fi", "front.more", count=4) == "Näytä 4 tunnuslukua lisää"


def test_a_missing_message_is_named() -> None:
    with pytest.raises(MessageError, match=r"no message 'front\.nowhere' in messages/sv\.yaml"):
        t("sv", "front.nowhere")


def test_a_missing_argument_is_named_with_the_key() -> None:
    with pytest.raises(MessageError, match=r"'outlook\.title' \(en\) needs 'year'"):
        t("en", "outlook.title")
