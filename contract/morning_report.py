"""The morning report: what a published snapshot tells anew, as findings and in the reader's words.

Findings are made when a snapshot is published (`dagster_project.publish.morning_report`) and read from
`fct_morning_report`; the words are the same on the page, in the command and in the text files.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from contract.locale_formats import Language, is_period, moment, number, percent, period, with_unit
from contract.messages import t
from contract.registers import registers

KINDS = (
    "first_snapshot",
    "source_failed",
    "correction_failed",
    "submission_quarantined",
    "table_new",
    "table_gone",
    "table_updated",
    "municipality_new",
    "municipality_gone",
    "kpi_new",
    "kpi_gone",
    "new_period",
    "revision",
    "filled",
    "emptied",
    "movement",
    "source_never",
)
"""What a finding may be, in the order of telling."""
SEVERITIES = ("info", "notice", "warning")
OWN = "own"
"""The source of the municipalities' own data."""
BEYOND_CHANCE = "beyond_chance"
"""`detail` of a movement whose intervals of chance, before and after, do not meet."""
TROUBLES = frozenset({"source_failed", "correction_failed", "submission_quarantined"})
MOST_MOVEMENTS = 12
"""Movements that are told in a text for the whole country; a municipality's own are all told."""


@dataclass(frozen=True)
class Finding:
    """One row of fct_morning_report; which fields are set follows from its kind."""

    finding: int
    kind: str
    severity: str
    source: str | None = None
    table_name: str | None = None
    kpi_id: str | None = None
    municipality_code: str | None = None
    period: str | None = None
    period_before: str | None = None
    before: float | None = None
    after: float | None = None
    cells: int | None = None
    detail: str | None = None
    compared_with: str | None = None


@dataclass(frozen=True)
class KpiTold:
    """How a KPI's values are written."""

    name: str
    unit: str
    decimals: int


class Names(Protocol):
    """Names in the reader's language; what is not known any more is told by its code."""

    def municipality(self, code: str) -> str: ...

    def kpi(self, kpi_id: str) -> KpiTold: ...

    def table(self, source: str, table_name: str) -> str: ...


def concerning(findings: Iterable[Finding], municipality_code: str | None) -> list[Finding]:
    """The findings that a reader of one municipality wants: all but the movements of others.

    Without a municipality, the first MOST_MOVEMENTS movements.
    """
    kept, movements = [], 0
    for finding in findings:
        if finding.kind == "movement":
            movements += 1
            wanted = (
                movements <= MOST_MOVEMENTS
                if municipality_code is None
                else finding.municipality_code == municipality_code
            )
            if not wanted:
                continue
        kept.append(finding)
    return kept


def figures_stayed(findings: Iterable[Finding]) -> bool:
    """True when no finding tells of a figure that is new, other or gone."""
    return all(finding.kind in TROUBLES or finding.kind == "source_never" for finding in findings)


def finding_words(finding: Finding, names: Names, language: Language) -> str:
    """The finding as one sentence."""
    told: dict[str, object] = {"detail": finding.detail or "", "count": finding.cells or 0}
    if finding.kind == "submission_quarantined":
        told["detail"] = _register(finding.detail or "", language)
    if finding.cells is not None:
        told["cells"] = number(finding.cells, language)
    if finding.table_name is not None:
        told["table"] = names.table(finding.source or "", finding.table_name)
    if finding.municipality_code is not None:
        told["municipality"] = names.municipality(finding.municipality_code)
    if finding.period is not None:
        told["period"] = _period(finding.period, language)
    if finding.period_before is not None:
        told["period_before"] = _period(finding.period_before, language)
    if finding.kpi_id is not None:
        kpi = names.kpi(finding.kpi_id)
        told["kpi"] = kpi.name
        told["before"] = _value(kpi, finding.before, language, with_sign=kpi.unit == "pct")
        told["after"] = _value(kpi, finding.after, language)
    return t(language, f"report.{_message(finding)}", **told)


def _message(finding: Finding) -> str:
    """Which sentence tells the finding; some kinds have another one where less, or more, is known."""
    if finding.kind == "movement" and finding.detail == BEYOND_CHANCE:
        return "movement_beyond_chance"
    if finding.kind == "submission_quarantined" and not finding.detail:
        return "submission_unrecognised"
    if finding.kind == "table_updated":
        return _message_of_table(finding)
    if finding.kind in ("municipality_new", "municipality_gone") and finding.municipality_code is None:
        return f"{finding.kind}_many"
    return finding.kind


def _message_of_table(finding: Finding) -> str:
    """Periods are told where there are any: a list of schools or of pilots has none."""
    now, before = finding.period, finding.period_before
    if finding.source == OWN:
        return "own_updated"
    if now is None or before is None or not (is_period(now) and is_period(before)):
        return "table_updated_undated"
    return "table_revised" if now == before else "table_updated"


def report_text(
    findings: Sequence[Finding],
    names: Names,
    language: Language,
    *,
    created_at: datetime,
    checked_at: datetime | None = None,
    municipality_code: str | None = None,
) -> str:
    """The report as plain text, one finding on a line, ending in a newline.

    `checked_at` is when a later refresh found nothing new; the report then begins with that.
    """
    kept = concerning(findings, municipality_code)
    lines = [t(language, "report.heading", time=moment(created_at, language))]
    if municipality_code is not None:
        lines[0] += f" ({names.municipality(municipality_code)})"
    if checked_at is not None:
        lines.insert(0, t(language, "report.checked_since", time=moment(checked_at, language)))
        lines.insert(1, "")
    if figures_stayed(findings):
        lines.append(f"- {t(language, 'report.nothing')}")
    lines += [f"- {finding_words(finding, names, language)}" for finding in kept]
    return "\n".join(lines) + "\n"


def _register(register_id: str, language: Language) -> str:
    """The register's name; a statistical table that is no register's goes by its own id."""
    known = registers().get(register_id)
    return known.name.of(language) if known else register_id.removeprefix("table:")


def _period(code: str, language: Language) -> str:
    return period(code, language) if is_period(code) else code


def _value(kpi: KpiTold, value: float | None, language: Language, *, with_sign: bool = True) -> str:
    if value is None:
        return "–"
    if not with_sign:
        return number(value, language, kpi.decimals)
    if kpi.unit == "pct":
        return percent(value, language, kpi.decimals)
    return with_unit(value, kpi.unit, language, kpi.decimals)
