"""What a live what-if is computed from: the night's rates, draws and errors, prepared once per municipality."""

from __future__ import annotations

from collections import OrderedDict
from functools import cached_property
from threading import Lock
from typing import Any

from contract.engine_adapter import COUNTRY
from contract.what_if_rows import Columns, SharedInputs, area_inputs, shared_inputs
from dashboards.data.dimensions import Dimensions
from foresight.what_if import Prepared, prepare

KEPT_AREAS = 8
"""Municipalities kept prepared at a time, about ten megabytes each."""
_PREPARING = Lock()
"""Of all snapshots: two readers of one municipality wait for one preparation of 0.2 s."""
_BASE_YEAR = "reference_year = (select base_year from fct_engine_run)"


class WhatIfQueries(Dimensions):
    """Prepared what-ifs of a snapshot's municipalities."""

    def prepared(self, municipality_code: str) -> Prepared | None:
        """The municipality's base future in every draw, ready for scenarios; None where it was not projected.

        Raises: OtherEngine when another version of the engine made the snapshot.
        """
        with _PREPARING:
            if municipality_code in self._prepared_areas:
                self._prepared_areas.move_to_end(municipality_code)
                return self._prepared_areas[municipality_code]
            found = self._prepare(municipality_code)
            if found is not None:
                self._prepared_areas[municipality_code] = found
                while len(self._prepared_areas) > KEPT_AREAS:
                    self._prepared_areas.popitem(last=False)
            return found

    @cached_property
    def _prepared_areas(self) -> OrderedDict[str, Prepared]:
        return OrderedDict()

    @cached_property
    def _shared(self) -> SharedInputs | None:
        run = self._columns("select * from fct_engine_run", [])
        if not len(run["base_year"]):
            return None
        return shared_inputs(
            run,
            self._columns("select * from fct_engine_draw", []),
            self._columns("select * from fct_engine_rate where municipality_code = ?", [COUNTRY]),
            self._columns(
                "select sex, age, population_count from fct_population_area "
                f"where area_code = ? and {_BASE_YEAR}",
                [COUNTRY],
            ),
        )

    def _prepare(self, code: str) -> Prepared | None:
        shared = self._shared
        rates = self._columns("select * from fct_engine_rate where municipality_code = ?", [code])
        if shared is None or not len(rates["age"]):
            return None
        errors = self._columns("select * from fct_engine_error where municipality_code = ?", [code])
        people = self._columns(
            f"select sex, age, population_count from fct_population where municipality_code = ? and {_BASE_YEAR}",
            [code],
        )
        return prepare(area_inputs(code, shared, rates, errors, people))

    def _columns(self, sql: str, parameters: list[Any]) -> Columns:
        return self._execute(sql, parameters).fetchnumpy()
