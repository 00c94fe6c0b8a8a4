"""What a refresh says of its sources, in few lines: who did not answer, what stays, where the time went."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from dagster_project.raw.ingest import IngestResult
from dagster_project.sources.catalogue import load_catalogue
from dagster_project.sources.hosts import Host
from dagster_project.sources.http import Ledger

NAMED = 5
"""At most so many tables are named in a line; the log has them all."""
LONG = 10.0
"""Seconds of waiting for a publisher's pace that are worth a line."""
_QUIET = ("absent", "unverified")


def source_lines(results: Sequence[IngestResult], hosts: Mapping[str, Host]) -> Iterator[str]:
    """One line for every host that did not answer, every other fault, and every kind of quiet absence."""
    tried = [result for result in results if result.outcome not in _QUIET]
    away = [result for result in results if result.fault_kind == "unreachable"]
    if len(away) > 1 and away and all(result in away for result in tried):
        yield f"no source could be reached ({_plain(away[0])}); earlier figures stay"
        return
    by_host: dict[str, list[IngestResult]] = {}
    for result in away:
        by_host.setdefault(_host_key(result), []).append(result)
    for key, there in by_host.items():
        who = f"{hosts[key].publisher} ({hosts[key].name})" if key in hosts else key
        yield f"{who} does not answer ({_plain(there[0])}); {_tables(there)} as before"
    for result in results:
        if (result.error is not None and result not in away) or result.outcome in ("older", "subset"):
            yield f"{'.'.join(result.key)}: {result.message}"
    if absent := [result for result in results if result.outcome == "absent"]:
        yield f"no answers are carried for {_tables(absent)}"
    if untried := [result for result in results if result.outcome == "unverified" and result not in away]:
        yield f"not yet verified live and not loaded, why is in refresh.log: {_tables(untried)}"


def pace_lines(ledgers: Mapping[str, Ledger], hosts: Mapping[str, Host], seconds: float) -> Iterator[str]:
    """How long the publishers' pace binds a refresh whose sources took `seconds`, and what our own part is.

    Nothing when no publisher's pace held the refresh up for long.
    """
    bound = {key: ledger for key, ledger in ledgers.items() if ledger.paced >= LONG}
    for key, ledger in bound.items():
        host = hosts[key]
        least = (ledger.calls - 1) // host.calls * host.seconds
        yield (
            f"{host.publisher} ({host.name}): {ledger.calls} calls at {host.calls} in {host.seconds:g} s: "
            f"at least {_time(least)}; waited {_time(ledger.paced)} for that pace, "
            f"{_time(ledger.answering)} for answers, {_time(ledger.paused)} between tries"
        )
    if bound:
        theirs = sum(ledger.paced + ledger.answering + ledger.paused for ledger in ledgers.values())
        yield f"all sources: took {_time(seconds)}; our own work {_time(max(0.0, seconds - theirs))}"


def _host_key(result: IngestResult) -> str:
    hosts = {entry.key: entry.host for entry in load_catalogue()}
    return hosts.get(result.key, result.key[0].removeprefix("raw_"))


def _plain(result: IngestResult) -> str:
    return result.message.removeprefix("not yet verified live: ")


def _tables(results: Sequence[IngestResult]) -> str:
    """`3 tables stay: a, b, c`"""
    names = ", ".join(".".join(result.key).removeprefix("raw_") for result in results[:NAMED])
    more = f" and {len(results) - NAMED} more" if len(results) > NAMED else ""
    return f"{len(results)} {'table' if len(results) == 1 else 'tables'} ({names}{more})"


def _time(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 120 else f"{seconds / 60:.1f} min"
