"""From the catalogue's roles to the publisher's variables and values, whatever codes they carry this year."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from dagster_project.sources.catalogue import WHOLE_COUNTRY, ContentsRule, PxWebEntry, RoleRule
from dagster_project.sources.errors import FaultKind, PermanentSourceError
from dagster_project.sources.metadata import Metadata, Variable

NAMED = 6
"""At most so many names are listed in a message: it is one line of a page and of the log."""


@dataclass(frozen=True)
class Selection:
    """What is read of a table.

    `roles` maps each role to its variable, in the order of the raw table's columns; `values` to the value
    codes that are read; `at_total` maps variables that are read at one value and dropped to that value.
    """

    roles: dict[str, Variable]
    values: dict[str, tuple[str, ...]]
    at_total: dict[str, str]
    border_year: int | None
    narrowed: bool = False
    """True when only some of the table's areas are read."""
    missing_areas: tuple[str, ...] = ()
    """Municipalities that were asked for and are not in the table (three digits)."""

    @property
    def variable_codes(self) -> dict[str, str]:
        return {role: variable.code for role, variable in self.roles.items()}

    @property
    def first_split(self) -> str:
        """The variable by which a large question is split first: time, so that a part holds whole years."""
        return (self.roles.get("time") or next(iter(self.roles.values()))).code

    def by_variable(self) -> dict[str, tuple[str, ...]]:
        """Variable code to value codes: the query, transport-free."""
        selected = {self.roles[role].code: values for role, values in self.values.items()}
        return selected | {code: (value,) for code, value in self.at_total.items()}


def municipality_of(area_code: str) -> str | None:
    """The three digits of a municipality's code (`KU091`, `091`, `2020KU091`), None for any other area."""
    match = re.fullmatch(r"(?:KU)?(\d{3})", without_year(area_code))
    return match[1] if match else None


def without_year(area_code: str) -> str:
    """An area code without the year that some tables put before it: `SK196` of `2020SK196`."""
    return re.sub(r"^(?:19|20)\d\d(?=[A-Z]{2})", "", area_code)


def resolve(
    entry: PxWebEntry,
    metadata: Metadata,
    *,
    areas: Collection[str] | None = None,
    first_year: int | None = None,
) -> Selection:
    """What to read of the table: variables by role, never by a written code.

    `areas` are three-digit municipality codes (the whole country always comes along), None for all;
    `first_year` drops earlier periods, but for projections and editions.
    Raises: PermanentSourceError drifted, with what is there now; wrong_table when the variables are not as
    described and none of the required contents is there; wrong_areas.
    """
    roles = {role: _find(entry, rule, role, metadata) for role, rule in entry.roles.items()}
    at_total = _variables_at_total(entry, metadata)
    spare = [v for v in metadata.variables if v not in roles.values() and v.code not in at_total]
    if entry.eliminate_others:
        spare = [v for v in spare if not v.elimination]
    if spare:
        raise _drifted(
            entry, f"variable {spare[0].code!r} ({spare[0].text}) is not in the catalogue", metadata
        )

    values = {role: _kept(entry.roles[role], variable) for role, variable in roles.items()}
    if entry.contents is not None:
        values["contents"] = _contents(entry, entry.contents, roles["contents"], metadata)
    wanted = None if entry.keep_all_areas or "area" not in roles else areas
    missing: tuple[str, ...] = ()
    if wanted is not None:
        values["area"], missing = _areas(entry, values["area"], wanted)
    if first_year is not None and "time" in roles and not entry.is_projection:
        values["time"] = tuple(v for v in values["time"] if not v[:4].isdigit() or int(v[:4]) >= first_year)
    empty = [role for role, chosen in values.items() if not chosen]
    if empty:
        raise _drifted(entry, f"no value of {roles[empty[0]].code!r} fits the role {empty[0]!r}", metadata)
    return Selection(
        roles=roles,
        values=values,
        at_total=at_total,
        border_year=_border_year(entry, roles.get("area"), metadata),
        narrowed=wanted is not None,
        missing_areas=missing,
    )


def _find(entry: PxWebEntry, rule: RoleRule, role: str, metadata: Metadata) -> Variable:
    """The one variable of a role: by code, else map, else time flag, else text."""
    texts = {text.casefold() for text in rule.text}
    for found in (
        [v for v in metadata.variables if re.fullmatch(rule.code, v.code)],
        [v for v in metadata.variables if rule.map and v.map and re.fullmatch(rule.map, v.map)],
        [v for v in metadata.variables if rule.time and v.time],
        [v for v in metadata.variables if v.text.casefold() in texts],
    ):
        if len(found) == 1:
            return found[0]
        if found:
            raise _drifted(
                entry, f"{len(found)} variables fit the role {role!r}: {[v.code for v in found]}", metadata
            )
    raise _drifted(entry, f"no variable fits the role {role!r} (code like {rule.code!r})", metadata)


def _variables_at_total(entry: PxWebEntry, metadata: Metadata) -> dict[str, str]:
    """Variables the table may have beside its roles, with the value they are read at."""
    chosen = {}
    for role, total in entry.at_total.items():
        rule = entry.at_total_rules[role]
        texts = {text.casefold() for text in rule.text}
        for variable in metadata.variables:
            if re.fullmatch(rule.code, variable.code) or variable.text.casefold() in texts:
                if total not in variable.values:
                    raise _drifted(
                        entry, f"{variable.code!r} has no value {total!r} to read the total at", metadata
                    )
                chosen[variable.code] = total
    return chosen


def _kept(rule: RoleRule, variable: Variable) -> tuple[str, ...]:
    if rule.keep is None:
        return variable.values
    keep = re.compile(rule.keep)
    return tuple(value for value in variable.values if keep.fullmatch(value))


def _areas(
    entry: PxWebEntry, there: tuple[str, ...], wanted: Collection[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The area codes to read, and the municipalities asked for that the table does not have."""
    digits = {municipality_of(area) or area for area in wanted} - {WHOLE_COUNTRY}
    chosen = tuple(v for v in there if v == WHOLE_COUNTRY or municipality_of(v) in digits)
    missing = tuple(sorted(digits - {municipality_of(v) or v for v in chosen}))
    if len(missing) == len(digits):
        raise PermanentSourceError(
            "wrong_areas",
            f"{entry.qualified_name}: none of the areas {', '.join(missing) or '(none given)'} "
            "is in the table; name municipalities by their three digits, such as 305 for Kuusamo",
        )
    return chosen, missing


def contents_codes(entry: PxWebEntry, names: Collection[str], variable: Variable) -> dict[str, str]:
    """Catalogue name to the publisher's code, for the names found with or without the catalogue's prefix."""
    codes = {value.casefold(): value for value in variable.values}
    prefix = entry.contents.prefix.casefold() if entry.contents else ""
    found = {}
    for name in names:
        bare = name.casefold().removeprefix(prefix)
        code = codes.get(prefix + bare) or codes.get(bare)
        if code is not None:
            found[name] = code
    return found


def _contents(
    entry: PxWebEntry, rule: ContentsRule, variable: Variable, metadata: Metadata
) -> tuple[str, ...]:
    """The contents codes to read. Raises: PermanentSourceError as `resolve` when a required one is gone."""
    required = contents_codes(entry, rule.required, variable)
    gone = [name for name in rule.required if name not in required]
    gone += [p for p in rule.required_texts if not any(re.fullmatch(p, text) for text in variable.texts)]
    if gone:
        there = [f"{code} ({text})" for code, text in zip(variable.values, variable.texts, strict=True)]
        raise PermanentSourceError(
            _kind(entry, metadata),
            f"{entry.qualified_name} ({entry.path}): contents {_some(gone)} not found "
            f"in {variable.code!r}; there now: {_some(there)}. "
            "Put the new names into the catalogue and the staging model",
        )
    if rule.all:
        return variable.values
    wanted = {*required.values(), *contents_codes(entry, rule.optional, variable).values()}
    return tuple(value for value in variable.values if value in wanted)


def _border_year(entry: PxWebEntry, area: Variable | None, metadata: Metadata) -> int | None:
    """The municipal division: off the area variable's stamp, else its map, else the catalogue.

    None for a table without areas, and where neither catalogue nor contract promises a division: each of its
    years may then be on the borders of its own time.
    """
    if area is None:
        return entry.border_year
    rule = entry.roles["area"]
    for pattern, text in ((rule.code, area.code), (rule.map, area.map)):
        match = re.fullmatch(pattern, text) if pattern and text else None
        if match and (year := match.groupdict().get("border_year")):
            return int(year)
    promised = "border_year" in rule.code or "border_year" in (rule.map or "")
    if entry.border_year is None and promised:
        raise _drifted(entry, f"{area.code!r} carries no border year and the catalogue gives none", metadata)
    return entry.border_year


def _kind(entry: PxWebEntry, metadata: Metadata) -> FaultKind:
    """`drifted` while any required contents is there, under whatever variable; else another table's."""
    rule = entry.contents
    known = rule is None or any(
        contents_codes(entry, rule.required, variable)
        or any(rule.requires_text(text) for text in variable.texts)
        for variable in metadata.variables
    )
    return "drifted" if known else "wrong_table"


def _some(names: list[str]) -> str:
    """The first few names in words, and how many more there are."""
    rest = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {rest} more" if rest > 0 else "")


def _drifted(entry: PxWebEntry, what: str, metadata: Metadata) -> PermanentSourceError:
    return PermanentSourceError(
        _kind(entry, metadata),
        f"{entry.qualified_name} ({entry.path}): {what}; variables there now: {metadata.described()}. "
        "Look at the table's page and mend sources/catalogue",
    )
