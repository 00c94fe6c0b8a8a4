"""The words of a register's template and of a refusal's report, in the language that is asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from contract.locale_formats import moment
from contract.messages import MESSAGE_LANGUAGES, t
from contract.registers import NUMBERS, Column, Register, units
from contract.submission import IMPORTER, Submission

_STAMP = re.compile(r"\[([a-z][a-z0-9_]*) v([0-9]{1,6}) (fi|sv|en)\]\s*$")


@dataclass(frozen=True)
class Stamp:
    """What a template says of itself in the header of its first column."""

    register_id: str
    version: int
    language: str


@dataclass(frozen=True)
class TemplateWords:
    """Names of sheets, marks and headings of a template."""

    data_sheet: str
    help_sheet: str
    example: str
    unit_row: str
    wrong_value: str
    column: str
    meaning: str
    rules: str


def template_words(language: str) -> TemplateWords:
    """The template's own words in `language`."""
    return TemplateWords(
        data_sheet=t(language, "submission.template.data_sheet"),
        help_sheet=t(language, "submission.template.help_sheet"),
        example=t(language, "submission.template.example"),
        unit_row=t(language, "submission.template.unit_row"),
        wrong_value=t(language, "submission.template.wrong_value"),
        column=t(language, "submission.template.column"),
        meaning=t(language, "submission.template.meaning"),
        rules=t(language, "submission.template.rules"),
    )


def stamp_header(register: Register, language: str) -> str:
    """The header of the first column: what the column is for, and which template this is."""
    return f"{t(language, 'submission.template.row_mark')} [{register.id} v{register.version} {language}]"


def read_stamp(header: str) -> Stamp | None:
    """What the header of a first column says, None when it is no template's."""
    found = _STAMP.search(header[-100:])
    return Stamp(found[1], int(found[2]), found[3]) if found else None


def example_marks() -> frozenset[str]:
    """The words that mark a row as not to be read, in every language, casefolded."""
    keys = ("submission.template.example", "submission.template.unit_row")
    return frozenset(t(language, key).casefold() for language in MESSAGE_LANGUAGES for key in keys)


def unit_marks() -> frozenset[str]:
    """Those of the row with units, casefolded."""
    return frozenset(t(language, "submission.template.unit_row").casefold() for language in MESSAGE_LANGUAGES)


def unit_words(column: Column, language: str) -> str:
    """Unit and whether the column must be filled: `kpl, pakollinen`."""
    parts = [units()[column.unit].of(language)] if column.unit else []
    if column.required:
        parts.append(t(language, "submission.template.required"))
    return ", ".join(parts)


def conditions(column: Column, language: str) -> str:
    """What a value must keep, in words."""
    parts = []
    if column.required:
        parts.append(t(language, "submission.template.required"))
    if column.unit:
        parts.append(t(language, "submission.template.unit", unit=units()[column.unit].of(language)))
    if column.values:
        allowed = ", ".join(texts.of(language) for texts in column.values.values())
        parts.append(t(language, "submission.template.allowed", allowed=allowed))
    if column.type in NUMBERS and column.min is not None and column.max is not None:
        bounds = {"least": f"{column.min:g}", "most": f"{column.max:.12g}"}
        parts.append(t(language, "submission.template.bounds", **bounds))
    return "; ".join(parts)


def introduction(register: Register, language: str) -> tuple[str, ...]:
    """The help sheet's first lines."""
    mark = t(language, "submission.template.example")
    columns = ", ".join(register.column(name).name.of(language) for name in register.scope)
    lines = [
        register.help.of(language),
        t(language, "submission.template.example_help", mark=mark),
        t(language, "submission.template.row_mark_help"),
        t(language, "submission.template.empty"),
        t(language, "submission.template.replaces", columns=columns),
        t(language, f"submission.template.audience.{register.audience}"),
    ]
    if any(column.type == "text" for column in register.columns):
        lines.append(t(language, "submission.template.free_text"))
    return tuple(lines)


def sender(submission: Submission, language: str) -> str:
    """Who handed it in, in words."""
    who = submission.submitted_by
    return t(language, "submission.importer") if who == IMPORTER else who


def refusal_report(submission: Submission, language: str, register: Register | None) -> str:
    """Why a submission was refused, as its sender reads it: one line for every place that is to be mended."""
    lines = [t(language, "submission.report.refused", file=submission.file_name or submission.submission_id)]
    if register is not None:
        lines.append(t(language, "submission.report.register", name=register.name.of(language)))
    when = moment(submission.submitted_at, language)
    lines += [
        t(language, "submission.report.sent", who=sender(submission, language), when=when),
        t(language, "submission.report.what_next"),
        "",
        *(f"- {problem[language]}" for problem in submission.problems),
    ]
    if submission.notes:
        lines += ["", t(language, "submission.report.notes")]
        lines += [f"- {note[language]}" for note in submission.notes]
    return "\n".join(lines) + "\n"
