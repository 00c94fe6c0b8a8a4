"""`raw_own.submission`: every submission and how it was decided, made anew from the journal."""

from __future__ import annotations

from datetime import UTC, datetime

import duckdb

from contract.registers import registers
from contract.submission import Submission
from dagster_project.own.journal import Journal

SUBMISSION_TABLE = """
create table if not exists raw_own.submission (
    submission_id varchar not null,
    register_id varchar not null,
    municipality_code varchar not null,
    state varchar not null,
    audience varchar not null,
    version integer,
    landing_id varchar,
    first_period varchar,
    last_period varchar,
    rows_submitted integer not null,
    rows_standing integer not null,
    problems integer not null,
    submitted_role varchar not null,
    submitted_by varchar not null,
    submitted_at timestamp not null,
    decided_at timestamp not null,
    file_sha256 varchar not null
)
"""


def own_inputs(con: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    """What the marts are made of that is the municipality's own: changes when a rebuild is due."""
    found = con.execute(
        "select 1 from duckdb_tables() where schema_name = 'raw_own' and table_name = 'submission'"
    ).fetchone()
    if found is None:
        return []
    return con.execute(
        "select submission_id, register_id, municipality_code, state, version, rows_standing, problems "
        "from raw_own.submission order by all"
    ).fetchall()


def write_submissions(con: duckdb.DuckDBPyConnection, journal: Journal) -> None:
    """One row for every submission and municipality; where none is known, one with an empty code."""
    con.execute("begin transaction")
    try:
        con.execute("delete from raw_own.submission")
        standing = _standing_rows(con)
        rows = [
            _submission_row(submission, code, standing)
            for submission in journal.decided
            for code in submission.municipalities or ("",)
        ]
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            con.executemany(f"insert into raw_own.submission values ({marks})", rows)
        con.execute("commit")
    except BaseException:
        con.execute("rollback")
        raise


def _standing_rows(con: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], int]:
    parts = " union all ".join(
        f"select _landing_id, municipality_code, count(*) from raw_own.{name} group by all"
        for name in registers()
    )
    return {(landing, code): rows for landing, code, rows in con.execute(parts).fetchall()}


def _submission_row(submission: Submission, code: str, standing: dict[tuple[str, str], int]) -> list[object]:
    register = registers().get(submission.register_id)
    periods = sorted(scope[1] for scope in submission.scopes if scope[0] == code and len(scope) > 1)
    accepted = submission.state == "accepted"
    return [
        submission.submission_id,
        submission.register_id,
        code,
        submission.state,
        register.audience if register else "municipality",
        submission.version,
        submission.landing_id,
        periods[0] if periods else None,
        periods[-1] if periods else None,
        submission.rows,
        standing.get((submission.landing_id or "", code), 0) if accepted else 0,
        len(submission.problems),
        submission.submitted_role,
        submission.submitted_by,
        naive(submission.submitted_at),
        naive(submission.decided_at),
        submission.file_sha256,
    ]


def naive(moment: datetime) -> datetime:
    """A UTC moment as DuckDB's TIMESTAMP holds it."""
    return moment.astimezone(UTC).replace(tzinfo=None)
