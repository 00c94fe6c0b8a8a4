"""Accepted submissions in the warehouse: `raw_own.<register>` as it stands, `_history` as it has been.

The journal on disk is the truth. Every landing is applied in one transaction and noted in `raw_own.applied`;
a table that does not follow from the journal (restored, another schema) is made again from its landings.
"""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path

import duckdb

from contract.registers import Column, Register, registers
from contract.submission import Submission
from dagster_project.own.journal import ROWS, Journal, folder_of
from dagster_project.own.submission_table import SUBMISSION_TABLE, naive, write_submissions
from dagster_project.raw.load import prepare

DUCKDB_TYPES = {
    "text": "varchar",
    "integer": "bigint",
    "decimal": "double",
    "money": "decimal(18, 2)",
    "percent": "double",
    "date": "date",
    "month": "varchar",
    "choice": "varchar",
    "municipality": "varchar",
    "kpi": "varchar",
}
log = logging.getLogger("kuntaluotsi.refresh")
LINEAGE = {
    "_row": "integer",
    "_landing_id": "varchar",
    "_version": "integer",
    "_submitted_by": "varchar",
    "_submitted_at": "timestamp",
}
_VALIDITY = {"_valid_from": "timestamp", "_valid_to": "timestamp", "_replaced_by": "varchar"}


def load_own(con: duckdb.DuckDBPyConnection, journal: Journal, now: datetime) -> list[str]:
    """Ids of the landings that were applied; afterwards the tables say what the journal says.

    Raises: duckdb.Error; what was applied before stands and the rest is applied the next time.
    """
    _prepare(con)
    applied: list[str] = []
    for register in registers().values():
        accepted = journal.accepted(register.id)
        _make_again_if_other(con, register, accepted)
        for submission in _to_apply(con, register.id, accepted):
            if not _rows_read(con, journal.directory(submission) / ROWS):
                break  # in order or not at all: a later file may correct this one
            _apply(con, register, submission)
            applied.append(str(submission.landing_id))
        _note_load(con, register, accepted, now)
    applied += _load_tables(con, journal)
    write_submissions(con, journal)
    return applied


def applied_landings(con: duckdb.DuckDBPyConnection) -> set[str]:
    """Ids of the landings that the tables hold or held."""
    _prepare(con)
    return {landing for (landing,) in con.execute("select landing_id from raw_own.applied").fetchall()}


def _prepare(con: duckdb.DuckDBPyConnection) -> None:
    prepare(con)
    con.execute("create schema if not exists raw_own")
    con.execute(
        "create table if not exists raw_own.applied (register_id varchar not null, version integer not null, "
        "landing_id varchar not null, primary key (register_id, version))"
    )
    con.execute(SUBMISSION_TABLE)


def _columns(register: Register) -> dict[str, str]:
    own = {column.id: DUCKDB_TYPES[column.type] for column in register.columns}
    return {**own, **LINEAGE, **_VALIDITY}


def _make_again_if_other(
    con: duckdb.DuckDBPyConnection, register: Register, accepted: list[Submission]
) -> None:
    """Begin the register's tables anew when they have another schema or hold what the journal has not."""
    history = f"{register.id}_history"
    there = con.execute(
        "select column_name, lower(data_type) from duckdb_columns() "
        "where schema_name = 'raw_own' and table_name = ? order by column_index",
        [history],
    ).fetchall()
    wanted = [(name, kind.replace(", ", ",")) for name, kind in _columns(register).items()]
    done = con.execute(
        "select landing_id from raw_own.applied where register_id = ? order by version", [register.id]
    ).fetchall()
    follows = [each.landing_id for each in accepted][: len(done)] == [landing for (landing,) in done]
    if there == wanted and follows:
        return
    described = ", ".join(f"{name} {kind}" for name, kind in _columns(register).items())
    shown = ", ".join([column.id for column in register.columns] + list(LINEAGE))
    con.execute("begin transaction")
    try:
        con.execute(f"drop view if exists raw_own.{register.id}")
        con.execute(f"create or replace table raw_own.{history} ({described})")
        con.execute(
            f"create view raw_own.{register.id} as select {shown} from raw_own.{history} "
            "where _valid_to is null"
        )
        con.execute("delete from raw_own.applied where register_id = ?", [register.id])
        con.execute("commit")
    except BaseException:
        con.execute("rollback")
        raise


def _to_apply(
    con: duckdb.DuckDBPyConnection, register_id: str, accepted: list[Submission]
) -> list[Submission]:
    (last,) = con.execute(
        "select coalesce(max(version), 0) from raw_own.applied where register_id = ?", [register_id]
    ).fetchone() or (0,)
    return [each for each in accepted if (each.version or 0) > last]


def _rows_read(con: duckdb.DuckDBPyConnection, rows: Path) -> bool:
    """Bring a landing's rows into `own_rows`; False, and a line in the log, when the file on disk is spoilt.

    A spoilt landing must not stop the night: what stood before it stands, and the other registers are loaded.
    """
    try:
        con.execute(f"create or replace temp table own_rows as from read_parquet({_quoted(rows)})")
    except duckdb.Error as spoilt:
        log.warning("%s cannot be read, so it and what came after it is not loaded: %s", rows, spoilt)
        return False
    return True


def _apply(con: duckdb.DuckDBPyConnection, register: Register, submission: Submission) -> None:
    """Close what the submission replaces and add its rows, in one transaction."""
    history = f"raw_own.{register.id}_history"
    con.execute("begin transaction")
    try:
        held = {name for name, *_ in con.execute("describe own_rows").fetchall()}
        same = " and ".join(f"{history}.{name} = own_rows.{name}" for name in register.scope)
        con.execute(
            f"update {history} set _valid_to = $at, _replaced_by = $landing "
            f"where _valid_to is null and exists (select 1 from own_rows where {same})",
            {"at": naive(submission.decided_at), "landing": submission.landing_id},
        )
        con.execute(
            f"insert into {history} by name select {_selected(register.columns, held)}, "
            "_row::integer as _row, $landing as _landing_id, $version::integer as _version, "
            "$who as _submitted_by, $submitted::timestamp as _submitted_at, $at::timestamp as _valid_from, "
            "null::timestamp as _valid_to, null::varchar as _replaced_by from own_rows",
            {
                "landing": submission.landing_id,
                "version": submission.version,
                "who": submission.submitted_by,
                "submitted": naive(submission.submitted_at),
                "at": naive(submission.decided_at),
            },
        )
        con.execute(
            "insert into raw_own.applied values (?, ?, ?)",
            [register.id, submission.version, submission.landing_id],
        )
        con.execute("commit")
    except BaseException:
        con.execute("rollback")
        raise


def _selected(columns: tuple[Column, ...], held: set[str]) -> str:
    """Every column of the register; one that an older template did not have yet is null."""
    return ", ".join(
        f"{column.id if column.id in held else 'null'}::{DUCKDB_TYPES[column.type]} as {column.id}"
        for column in columns
    )


def _load_tables(con: duckdb.DuckDBPyConnection, journal: Journal) -> list[str]:
    """The newest version of every statistical table that is no register's."""
    names = {each.register_id for each in journal.decided if each.register_id.startswith("table:")}
    applied = []
    for register_id in sorted(names):
        accepted = journal.accepted(register_id)
        if not accepted or not (due := _to_apply(con, register_id, accepted)):
            continue
        newest = due[-1]
        if not _rows_read(con, journal.directory(newest) / ROWS):
            continue
        con.execute("begin transaction")
        try:
            con.execute(
                f"create or replace table raw_own.{folder_of(register_id)} as select *, "
                "$landing as _landing_id, $who as _submitted_by, $submitted::timestamp as _submitted_at "
                "from own_rows",
                {
                    "landing": newest.landing_id,
                    "who": newest.submitted_by,
                    "submitted": naive(newest.submitted_at),
                },
            )
            for each in due:
                con.execute(
                    "insert into raw_own.applied values (?, ?, ?)",
                    [register_id, each.version, each.landing_id],
                )
            con.execute("commit")
        except BaseException:
            con.execute("rollback")
            raise
        applied += [str(each.landing_id) for each in due]
    return applied


def _note_load(
    con: duckdb.DuckDBPyConnection, register: Register, accepted: list[Submission], now: datetime
) -> None:
    """Say in raw_meta.load how the register stands; one that nobody has filled in is not there."""
    period = f"{register.period}::varchar" if register.period else "null::varchar"
    (rows, municipalities, first, last) = con.execute(
        f"select count(*), count(distinct municipality_code), min({period}), max({period}) "
        f"from raw_own.{register.id}"
    ).fetchone() or (0, 0, None, None)
    before = con.execute(
        "select landing_id from raw_meta.load where source = 'own' and table_name = ?", [register.id]
    ).fetchone()
    if not accepted or not rows:
        con.execute("delete from raw_meta.load where source = 'own' and table_name = ?", [register.id])
        return
    newest = accepted[-1]
    if before == (newest.landing_id,):
        return
    con.execute(
        "insert or replace into raw_meta.load by name select 'own' as source, $id as table_name, "
        "$id as publisher_table_id, $fi as title_fi, $sv as title_sv, $en as title_en, "
        "'Kunta' as publisher, '' as licence, '' as page_url, $landing as landing_id, "
        "null::timestamp as publisher_stamp, $fetched::timestamp as fetched_at, $first as first_period, "
        "$last as last_period, null::integer as border_year, $municipalities::integer as municipalities, "
        "$rows::integer as rows_loaded, false as is_extract, $now::timestamp as loaded_at",
        {
            "id": register.id,
            "fi": register.name.fi,
            "sv": register.name.sv,
            "en": register.name.en,
            "landing": newest.landing_id,
            "fetched": naive(newest.decided_at),
            "first": first,
            "last": last,
            "municipalities": municipalities,
            "rows": rows,
            "now": naive(now),
        },
    )


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
