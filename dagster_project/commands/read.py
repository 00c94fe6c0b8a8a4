"""`kuntaluotsi read`: any statistical file as a tidy table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dagster_project.commands.output import json_option, show
from dagster_project.running.exits import ExitCode, PlainFailure

if TYPE_CHECKING:
    from dagster_project.sources.formats.tidy import Tidy

_FIRST_ROWS = 3
_CODES_SHOWN = 6


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the table as parquet.")
@click.option("--language", type=click.Choice(["fi", "sv", "en"]), help="Language of a px file's texts.")
@click.option("--part", help="Dataset of a json-stat bundle, or sheet of a workbook.")
@click.option("--force", is_flag=True, help="Replace the file that --out names.")
@json_option
def read(
    file: Path, out: Path | None, language: str | None, part: str | None, force: bool, as_json: bool
) -> None:
    """Read FILE (px, json-stat 1 and 2, SDMX-CSV, CSV, Excel) to a tidy table.

    One column for each dimension under the file's own codes, then value and value_status. What the file is
    is told by its bytes. Without --out the table is described.
    """
    from dagster_project.sources.errors import SourceFault
    from dagster_project.sources.formats.reading import read_file

    if out is not None and out.exists() and not force:
        raise PlainFailure(f"{out} exists; choose another name or say --force", ExitCode.USAGE)
    if out is not None and not out.absolute().parent.is_dir():
        raise PlainFailure(f"{out.absolute().parent} is no folder; make it first", ExitCode.USAGE)
    try:
        tidy = read_file(file.read_bytes(), str(file), language=language, part=part)
    except OSError as error:
        raise PlainFailure(f"{file} cannot be read: {error.strerror}", ExitCode.USAGE) from error
    except SourceFault as fault:
        raise PlainFailure(fault.message, ExitCode.USAGE) from fault
    if out is not None:
        _write(tidy, out)
    values = _described(tidy) | {"out": str(out) if out else None}
    show(as_json, values, _words(tidy, values, out))


def _write(tidy: Tidy, out: Path) -> None:
    """The table as parquet, whole or not at all."""
    import pyarrow.parquet as pq

    unfinished = out.with_name(f".{out.name}.unfinished")
    try:
        pq.write_table(tidy.table, unfinished, compression="zstd")
        unfinished.replace(out)
    except OSError as error:
        raise PlainFailure(f"{out} cannot be written: {error.strerror}", ExitCode.NO_SPACE) from error
    finally:
        unfinished.unlink(missing_ok=True)


def _described(tidy: Tidy) -> dict[str, Any]:
    statuses = tidy.table.column("value_status").value_counts().to_pylist()
    return {
        "format": tidy.kind,
        "title": tidy.title,
        "source": tidy.source,
        "updated": tidy.updated,
        "rows": tidy.table.num_rows,
        "dimensions": [
            {"code": one.code, "name": one.name, "categories": len(one.codes), "is_time": one.is_time}
            for one in tidy.dimensions
        ],
        "statuses": {str(one["values"]): one["counts"] for one in statuses},
        "remarks": list(tidy.remarks),
    }


def _words(tidy: Tidy, values: dict[str, Any], out: Path | None) -> str:
    lines = [f"{tidy.kind}: {tidy.title or 'no title'}", f"{tidy.table.num_rows} rows"]
    lines[1] += f", written to {out}" if out else ""
    if tidy.source or tidy.updated:
        lines.append(", ".join(filter(None, (tidy.source, tidy.updated))))
    for one in tidy.dimensions:
        codes = ", ".join(one.codes[:_CODES_SHOWN]) + (" …" if len(one.codes) > _CODES_SHOWN else "")
        name = f" ({one.name})" if one.name != one.code else ""
        lines.append(f"  {one.code}{name}: {len(one.codes)}: {codes}")
    lines.append("  value_status: " + ", ".join(f"{k} {v}" for k, v in values["statuses"].items()))
    lines += [
        "  " + " | ".join("" if cell is None else str(cell) for cell in row.values())
        for row in tidy.table.slice(0, _FIRST_ROWS).to_pylist()
    ]
    lines += [f"  note: {remark}" for remark in tidy.remarks]
    return "\n".join(lines)
