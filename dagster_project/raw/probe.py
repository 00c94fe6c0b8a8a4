"""Probing a source: does it still keep the contract that the catalogue describes? A few calls, told in words.

A probe asks for two municipalities and the newest period, puts the answer through the table's own gate and
keeps it, so that a steward can make the contract example of it and call the table verified.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal

from dagster_project.quality.gate import run_gate
from dagster_project.raw.example import AREAS
from dagster_project.raw.extract import write_received
from dagster_project.sources.answer import Answer
from dagster_project.sources.candidate import Candidate
from dagster_project.sources.catalogue import CatalogueEntry, PxWebEntry, RestEntry
from dagster_project.sources.client import Fetched, Shortens, client_for
from dagster_project.sources.errors import PermanentSourceError, SourceFault
from dagster_project.sources.metadata import parse_metadata
from dagster_project.sources.resolve import Selection, resolve
from dagster_project.sources.transport import KeptAnswers, Progress, Transport, WebRequest, silent

MOST_CALLS = 60
"""Calls that one table's probe may make: a sample, not a load."""
YEARS_BACK = 3
"""Publishers are as much as two years behind."""
Verdict = Literal["keeps", "drifted", "silent", "fails_checks"]


@dataclass(frozen=True)
class Step:
    """One thing looked at: `passed` is None for what only informs."""

    what: str
    words: str
    passed: bool | None = None


@dataclass(frozen=True)
class ProbedTable:
    """What the probe of one table found; `example` is the folder that now holds its sample."""

    entry: CatalogueEntry
    verdict: Verdict
    steps: tuple[Step, ...]
    calls: int = 0
    example: Path | None = None

    def as_json(self) -> dict[str, Any]:
        """The finding for machines."""
        return {
            "table": self.entry.qualified_name,
            "verification": self.entry.verification,
            "verdict": self.verdict,
            "calls": self.calls,
            "example": str(self.example) if self.example else None,
            "steps": [dataclasses.asdict(step) for step in self.steps],
        }


class Sparing:
    """A transport that counts its calls and stops when a sample has become a load."""

    def __init__(self, transport: Transport, first_year: int, most: int = MOST_CALLS) -> None:
        self.origin = transport.origin
        self.first_year: int | None = first_year
        self.calls = 0
        self._transport, self._most = transport, most

    def get(self, request: WebRequest) -> Answer:
        self._count()
        return self._transport.get(request)

    def resumed(self, kept: KeptAnswers) -> Sparing:  # noqa: ARG002
        return self

    def metadata(self, entry: PxWebEntry) -> Answer:
        self._count()
        return self._transport.metadata(entry)

    def data(self, entry: PxWebEntry, selection: Selection, progress: Progress) -> tuple[Answer, ...]:
        self._count()
        return self._transport.data(entry, selection, progress)

    def listing_stamp(self, entry: PxWebEntry) -> str | None:
        self._count()
        return self._transport.listing_stamp(entry)

    def _count(self) -> None:
        self.calls += 1
        if self.calls > self._most:
            raise PermanentSourceError(
                "too_large",
                f"a sample took more than {self._most} calls and was broken off; "
                "`kuntaluotsi refresh --from live --areas 305` reads the whole table",
            )


@dataclass
class _Probe:
    entry: CatalogueEntry
    transport: Sparing
    areas: Collection[str]
    out: Path
    today: date
    steps: list[Step] = field(default_factory=list)

    def run(self) -> ProbedTable:
        try:
            self._listing()
            fetched = self._sample()
            candidate = client_for(self.entry).parse(fetched)
        except SourceFault as fault:
            self._note("fault", f"{fault.kind}: {fault.message}", passed=False)
            away = fault.transient or fault.kind == "refused"
            return self._found("silent" if away else "drifted")
        self._note("sample", _described(candidate), passed=True)
        self._save(fetched)
        checks = run_gate(self.entry, candidate, None)
        for check in (check for check in checks if not check.passed):
            self._note(check.name, f"expected {check.expected}, saw {check.observed}", passed=False)
        broken = sum(not check.passed for check in checks)
        self._note("gate", f"{len(checks) - broken} of {len(checks)} checks passed", passed=not broken)
        return self._found("fails_checks" if broken else "keeps")

    def _listing(self) -> None:
        stamp = client_for(self.entry).listing_stamp(self.entry, self.transport)
        self._note("stamp", stamp or "none: changes are found by content")

    def _sample(self) -> Fetched:
        entry = self.entry
        if isinstance(entry, PxWebEntry):
            return self._pxweb_sample(entry)
        assert isinstance(entry, RestEntry)
        smaller = _smaller(entry, self.today.year)
        fetched = client_for(smaller).fetch(
            smaller, self.transport, areas=self.areas, listing_stamp=None, progress=silent
        )
        return dataclasses.replace(fetched, entry=smaller)

    def _pxweb_sample(self, entry: PxWebEntry) -> Fetched:
        """The newest period for the areas: every other variable whole, as its sums are checked."""
        metadata = self.transport.metadata(entry)
        areas = None if entry.keep_all_areas else self.areas
        selection = resolve(entry, parse_metadata(metadata), areas=areas)
        for role, variable in selection.roles.items():
            told = f"{len(selection.values[role])} of {len(variable.values)} values"
            self._note(f"role {role}", f"{variable.code} ({variable.text}), {told}", passed=True)
        newest = (
            {**selection.values, "time": selection.values["time"][-1:]} if "time" in selection.values else {}
        )
        narrowed = dataclasses.replace(selection, values=newest or selection.values)
        data = self.transport.data(entry, narrowed, silent)
        return Fetched(
            entry,
            self.transport.origin,
            (metadata, *data),
            None,
            reading=narrowed,
            variable_codes=narrowed.variable_codes,
            border_year=narrowed.border_year,
        )

    def _save(self, fetched: Fetched) -> None:
        """The sample as a folder of answers, of which `kuntaluotsi example` makes the contract example."""
        if isinstance(self.entry, PxWebEntry):
            directory = self.out / self.entry.path
            directory.mkdir(parents=True, exist_ok=True)
            for answer in fetched.answers:
                (directory / answer.name).write_bytes(answer.body)
        else:
            client = client_for(self.entry)
            few = client.few(fetched, self.areas) if isinstance(client, Shortens) else fetched.answers
            write_received(self.out, few)
        (self.out / "README.md").write_text(self._readme(), encoding="utf-8")

    def _readme(self) -> str:
        entry = self.entry
        return (
            f"Samples of {entry.publisher}, {entry.licence}, received on {self.today.isoformat()} by "
            f"`kuntaluotsi probe {entry.source}`.\n\n"
            f"`kuntaluotsi example {entry.table_name} --from {self.out}` makes the contract example; "
            "then\n`verification: recorded` may be said in the catalogue.\n"
        )

    def _note(self, what: str, words: str, *, passed: bool | None = None) -> None:
        self.steps.append(Step(what, words, passed))

    def _found(self, verdict: Verdict) -> ProbedTable:
        kept = self.out if verdict in ("keeps", "fails_checks") else None
        return ProbedTable(self.entry, verdict, tuple(self.steps), self.transport.calls, kept)


def probe(
    entries: Sequence[CatalogueEntry],
    transport: Transport,
    out: Path,
    *,
    today: date,
    areas: Collection[str] = AREAS,
) -> Iterator[ProbedTable]:
    """What the probe of each table found, in their order. A fault of a source never raises.

    Raises: OSError when `out` cannot be written.
    """
    for entry in entries:
        sparing = Sparing(transport, first_year=today.year - YEARS_BACK)
        yield _Probe(entry, sparing, areas, out, today).run()


def _smaller(entry: RestEntry, year: int) -> RestEntry:
    """The entry asking for less: two indicators, the last years, where its protocol can be asked so."""
    changes: dict[str, Any] = {}
    if "first_year" in entry.query or entry.protocol in ("sotkanet", "classifications"):
        changes["first_year"] = year - (1 if entry.protocol == "classifications" else YEARS_BACK)
    if "indicators" in entry.query:
        changes["indicators"] = entry.query["indicators"][:2]
    return entry.model_copy(update={"query": entry.query | changes}) if changes else entry


def _described(candidate: Candidate) -> str:
    parts = [f"{len(candidate.frame)} rows"]
    if candidate.municipalities:
        parts.append(f"municipalities {', '.join(candidate.municipalities[:6])}")
    if candidate.periods:
        parts.append(f"periods {candidate.periods[0]}–{candidate.periods[-1]}")
    if candidate.border_year:
        parts.append(f"division of {candidate.border_year}")
    return ", ".join(parts)
