"""What is wrong with a handed-in file: where, which value, what was expected, in three languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from contract.messages import t
from contract.yaml_forms import Texts

Detail = str | int | Texts
_SHOWN_CHARACTERS = 60


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, or worth knowing: `code` names its text `submission.problem.<code>`.

    `row` is the file's own row number and `column` what stands above the cell or its letter. `details` fill
    the text's placeholders; one that has texts of its own is told in the reader's language.
    """

    code: str
    row: int | None = None
    column: str | Texts = ""
    value: str | None = None
    sheet: str = ""
    details: Mapping[str, Detail] = field(default_factory=dict)

    def text(self, language: str) -> str:
        """The whole sentence in `language`: the place first, then what is wrong and what to do."""
        place = self._place(language)
        filled = {name: _said(detail, language) for name, detail in self.details.items()}
        said = t(language, f"submission.problem.{self.code}", value=shown(self.value), **filled)
        return f"{place}: {said}" if place else said[:1].upper() + said[1:]

    def column_name(self, language: str) -> str:
        """The column as the reader calls it, empty when the problem is not of one."""
        return str(_said(self.column, language))

    def _place(self, language: str) -> str:
        column = self.column_name(language)
        parts = []
        if self.sheet:
            parts.append(t(language, "submission.place.sheet", sheet=shown(self.sheet)))
        if self.row is not None:
            parts.append(t(language, "submission.place.row", row=self.row))
        if column:
            parts.append(t(language, "submission.place.column", column=shown(column)))
        place = ", ".join(parts)
        return place[:1].upper() + place[1:]


class FileRefused(Exception):
    """A file that is not read any further. The exception's own words are the English ones."""

    def __init__(self, code: str, **details: Detail) -> None:
        self.problem = Problem(code, details=details)
        super().__init__(self.problem.text("en"))


def too_large(size: int, limit: int) -> FileRefused:
    """The refusal of a file of `size` bytes where `limit` are read, told in megabytes of a million."""
    return FileRefused("too_large", size=-(-size // 1_000_000), limit=limit // 1_000_000)


def shown(value: str | None) -> str:
    """A value as a message shows it: one line, nothing invisible, not endless."""
    text = "".join(char if char.isprintable() else " " for char in value or "")
    return text if len(text) <= _SHOWN_CHARACTERS else text[: _SHOWN_CHARACTERS - 1] + "…"


def _said(detail: Detail, language: str) -> str | int:
    if isinstance(detail, Texts):
        return detail.of(language)
    return shown(detail) if isinstance(detail, str) and len(detail) > 10 * _SHOWN_CHARACTERS else detail
