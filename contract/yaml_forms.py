"""Forms read from YAML: unknown and repeated keys refused, every fault named with its file.

Also the one type of a text that is said in Finnish, Swedish and English.
"""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from contract.messages import MESSAGE_LANGUAGES
from foresight.cohorts import InputError


def _said(text: str) -> str:
    if not text.strip():
        raise ValueError("expected words, not blanks")
    return text


Text = Annotated[str, Field(min_length=1), AfterValidator(_said)]


class StrictForm(BaseModel):
    """A part of a file: frozen, and nothing in it that is not asked for."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Texts(StrictForm):
    """One text in every language."""

    fi: Text
    sv: Text
    en: Text

    def of(self, language: str) -> str:
        """The text in `language`. Raises: InputError for a language that has none."""
        if language not in MESSAGE_LANGUAGES:
            raise InputError(f"no texts in {language!r}; languages are {', '.join(MESSAGE_LANGUAGES)}")
        text: str = getattr(self, language)
        return text


Form = TypeVar("Form")


_Quick: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The same loader in C where it was built: registers and schedules are long."""


class _Loader(_Quick):  # type: ignore[misc]
    """YAML in which no key is given twice; otherwise the last one would win unseen."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        first: dict[Any, str] = {}
        for key_node, value_node in node.value:
            key = self.construct_object(key_node, deep=True)
            said = value_node.value if isinstance(value_node, yaml.ScalarNode) else "several values"
            if isinstance(key, Hashable) and key in first:
                raise InputError(
                    f"{key!r} is given twice, the second time on line {key_node.start_mark.line + 1}: "
                    f"{first[key]!r} and {said!r}"
                )
            if isinstance(key, Hashable):
                first[key] = said
        mapping: dict[Hashable, Any] = super().construct_mapping(node, deep=deep)
        return mapping


def read_form(path: Path, form: type[Form], what: str) -> Form:
    """The file at `path` as `form`; `what` names it in words, such as "a scenario".

    Raises: InputError naming the file and every key that does not fit.
    """
    try:
        return TypeAdapter(form).validate_python(yaml.load(path.read_bytes(), _Loader))
    except InputError as twice:
        raise InputError(f"{path}: {twice}") from twice
    except OSError as failed:
        raise InputError(f"{path} cannot be read: {failed.strerror}") from failed
    except yaml.YAMLError as failed:
        raise InputError(f"{path} is not YAML: {failed}") from failed
    except ValidationError as failed:
        wrong = "; ".join(
            f"{'.'.join(str(step) for step in error['loc']) or 'the file'}: {error['msg']}"
            + (f", not {error['input']!r}" if isinstance(error["input"], str | float | int) else "")
            for error in failed.errors()[:5]
        )
        raise InputError(f"{path} does not have the form of {what}: {wrong}") from failed
