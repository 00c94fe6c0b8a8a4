"""The two files of a new KPI, with places to fill in: `kuntaluotsi new-kpi` writes, an analyst fills them.

Every place begins with `dbt_kpi.TO_FILL`; as long as one is left, the KPI is refused with file and line.
"""

from __future__ import annotations

import itertools
import re
from pathlib import Path

from contract.themes import THEMES
from dagster_project.kpi_templates import SHAPES, Shape, sql_text, yaml_text

_KPI_ID = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_LONGEST = 50
_ORDER = re.compile(r"^ +sort_order: (\d+)$", re.MULTILINE)
_CODE = re.compile(r"^ +catalogue_code: (\S+)$", re.MULTILINE)


class ScaffoldRefused(ValueError):
    """No file was written; the message says why and what to give instead."""


def scaffold(
    dbt_dir: Path, kpi_id: str, theme: str, shape: str, code: str | None = None
) -> tuple[Path, Path]:
    """The new KPI's SQL and YAML, written under its theme.

    Others may stand there unfinished. Raises: ScaffoldRefused for a bad or taken id or code.
    """
    _require_good_id(kpi_id)
    if theme not in THEMES:
        raise ScaffoldRefused(f"there is no theme {theme!r}; the themes are {', '.join(THEMES)}")
    marts = dbt_dir / "models" / "marts"
    taken = next(marts.glob(f"*/kpi_{kpi_id}.*"), None)
    if taken is not None:
        raise ScaffoldRefused(f"{taken} is there already; edit it, or choose another id")
    described = {path: path.read_text(encoding="utf-8") for path in marts.glob("*/kpi_*.yml")}
    holder = next((path for path, text in described.items() if code and code in _CODE.findall(text)), None)
    if holder is not None:
        raise ScaffoldRefused(f"code {code} is that of {holder}; leave --code out or give its own")
    order = _next_order(described, theme)
    chosen: Shape = SHAPES[shape]
    sql = marts / theme / f"kpi_{kpi_id}.sql"
    definition = sql.with_suffix(".yml")
    sql.parent.mkdir(exist_ok=True)
    sql.write_text(sql_text(chosen, kpi_id), encoding="utf-8", newline="\n")
    definition.write_text(yaml_text(chosen, kpi_id, code, order), encoding="utf-8", newline="\n")
    return sql, definition


def _next_order(described: dict[Path, str], theme: str) -> int:
    """The first free place in the order after the theme's last KPI."""
    taken = {path: int(order) for path, text in described.items() for order in _ORDER.findall(text)}
    last = max((order for path, order in taken.items() if path.parent.name == theme), default=0)
    return next(number for number in itertools.count(last + 1) if number not in taken.values())


def _require_good_id(kpi_id: str) -> None:
    if kpi_id.startswith("kpi_"):
        raise ScaffoldRefused(f"{kpi_id!r}: give the id without kpi_, as {kpi_id.removeprefix('kpi_')!r}")
    if not _KPI_ID.fullmatch(kpi_id) or len(kpi_id) > _LONGEST:
        raise ScaffoldRefused(
            f"{kpi_id!r} is no KPI id: small letters a–z, digits and single underscores in at most "
            f"{_LONGEST} signs, beginning with a letter, such as loans_per_capita"
        )
