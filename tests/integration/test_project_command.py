"""`kuntaluotsi project` as a user runs it: files in, two files and what was estimated out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from dagster_project.cli import kuntaluotsi
from dagster_project.running.exits import ExitCode, PlainFailure
from foresight.age_detail import stationary
from foresight.schedules import Schedules

AREAS = ("001", "002", "003", "004")
SIZES = (900.0, 5_000.0, 30_000.0, 300_000.0)
BASE, HORIZON = 2018, 3
GROUPS = ["total", "0", "1-6", "7-15", "16-18", "19-64", "65-74", "75-84", "85+"]


def schedules() -> Schedules:
    from contract.schedules import schedules_for

    return schedules_for(BASE)


def population(
    years: tuple[int, ...] = (2017, BASE), oldest: int = 100, total: tuple[str, ...] = ()
) -> dict[str, list[Any]]:
    """Stationary areas as the columns of P; those of `total` without sexes."""
    people = stationary(schedules())
    people = np.concatenate([people[:, :oldest], people[:, oldest:].sum(axis=1, keepdims=True)], axis=1)
    columns: dict[str, list[Any]] = {name: [] for name in ("area", "year", "sex", "age", "population")}
    for area, size in zip(AREAS, SIZES, strict=True):
        counts = np.round(size * people / people.sum(), 2)
        tables = {"total": counts.sum(axis=0)} if area in total else {"male": counts[0], "female": counts[1]}
        for year in years:
            for sex, by_age in tables.items():
                for age, count in enumerate(by_age.tolist()):
                    for name, value in zip(columns, (area, year, sex, age, count), strict=True):
                        columns[name].append(value)
    return columns


def events(years: tuple[int, ...] = tuple(range(2013, BASE + 1))) -> dict[str, list[Any]]:
    """Totals of E: births and deaths equal, moves balanced."""
    rates = {
        "births": 0.012,
        "deaths": 0.012,
        "in_migration": 0.05,
        "out_migration": 0.05,
        "immigration": 0.004,
        "emigration": 0.004,
    }
    cells = [(area, year, size) for area, size in zip(AREAS, SIZES, strict=True) for year in years]
    return {
        "area": [area for area, _, _ in cells],
        "year": [year for _, year, _ in cells],
        **{name: [rate * size for _, _, size in cells] for name, rate in rates.items()},
    }


class Desk:
    """A folder with files, and the command run over them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, name: str, columns: dict[str, Any]) -> Path:
        path = self.folder / name
        pq.write_table(pa.table(columns), path)
        return path

    def run(self, out: str = "out", **options: Any) -> Result:
        chosen = {"base-year": BASE, "horizon": HORIZON, "draws": 40, "seed": 7, **options}
        words = [
            word for name, value in chosen.items() for word in (f"--{name.replace('_', '-')}", str(value))
        ]
        return CliRunner().invoke(kuntaluotsi, ["project", *words, "--out", str(self.folder / out), "--json"])

    def rows(self, name: str, out: str = "out") -> dict[str, list[Any]]:
        return pq.read_table(self.folder / out / name).to_pydict()

    def bytes(self, out: str) -> tuple[bytes, bytes]:
        folder = self.folder / out
        return (folder / "projection.parquet").read_bytes(), (folder / "totals.parquet").read_bytes()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def answer(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.output
    told: dict[str, Any] = json.loads(result.stdout)
    return told


def methods(told: dict[str, Any]) -> set[tuple[str, str]]:
    return {(estimate["what"], estimate["method"]) for estimate in told["estimates"]}


def test_both_files_hold_every_area_year_sex_age_and_group_once_in_order(desk: Desk) -> None:
    told = answer(
        desk.run(population=desk.put("P.parquet", population()), events=desk.put("E.parquet", events()))
    )
    ages, totals = desk.rows("projection.parquet"), desk.rows("totals.parquet")
    assert list(ages) == ["area", "year", "sex", "age", "mean", "p10", "p50", "p90"]
    assert list(totals) == ["area", "year", "group", "mean", "p10", "p50", "p90"]
    years = range(BASE + 1, BASE + HORIZON + 1)
    keys = list(zip(ages["area"], ages["year"], ages["sex"], ages["age"], strict=True))
    assert keys == [
        (a, y, s, age) for a in AREAS for y in years for s in ("male", "female") for age in range(101)
    ]
    assert list(zip(totals["area"], totals["year"], totals["group"], strict=True)) == [
        (a, y, g) for a in AREAS for y in years for g in GROUPS
    ]
    assert told["rows"] == {"projection.parquet": len(keys), "totals.parquet": len(totals["area"])}
    for rows in (ages, totals):
        p10, p50, p90 = (np.array(rows[name]) for name in ("p10", "p50", "p90"))
        assert (p10 >= 0).all() and (p10 <= p50).all() and (p50 <= p90).all()


def test_totals_are_the_sums_of_ages_and_the_bands_of_groups_are_their_own(desk: Desk) -> None:
    answer(desk.run(population=desk.put("P.parquet", population()), events=desk.put("E.parquet", events())))
    ages, totals = desk.rows("projection.parquet"), desk.rows("totals.parquet")
    of_area = [
        k for k, (a, y) in enumerate(zip(ages["area"], ages["year"], strict=True)) if (a, y) == ("003", 2020)
    ]
    at = next(
        k
        for k, key in enumerate(zip(totals["area"], totals["year"], totals["group"], strict=True))
        if key == ("003", 2020, "total")
    )
    assert totals["mean"][at] == pytest.approx(sum(ages["mean"][k] for k in of_area), abs=0.01)
    assert totals["p90"][at] < sum(ages["p90"][k] for k in of_area)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(desk: Desk) -> None:
    files = {"population": desk.put("P.parquet", population()), "events": desk.put("E.parquet", events())}
    for out, seed in (("a", 7), ("b", 7), ("c", 8)):
        answer(desk.run(out, **files, seed=seed))
    assert desk.bytes("a") == desk.bytes("b")
    assert desk.bytes("a") != desk.bytes("c")


def test_rows_after_the_base_year_change_no_byte(desk: Desk) -> None:
    plain = {"population": desk.put("P.parquet", population()), "events": desk.put("E.parquet", events())}
    answer(desk.run("plain", **plain))
    later = population()
    for area, sex, count in (("001", "male", -5.0), ("new", "nobody", 1e12)):
        for name, value in zip(later, (area, BASE + 1, sex, 3, count), strict=True):
            later[name].append(value)
    rising = events()
    for name, values in rising.items():
        values.append({"area": "new", "year": BASE + 9}.get(name, -1e9))
    told = answer(
        desk.run("later", population=desk.put("P2.parquet", later), events=desk.put("E2.parquet", rising))
    )
    assert told["rows_after_base_year"] == {"population": 2, "events": 1}
    assert desk.bytes("plain") == desk.bytes("later")


@pytest.mark.parametrize("years", [(BASE,), (2017, BASE), (2000, 2010, BASE)])
def test_ages_alone_are_enough(desk: Desk, years: tuple[int, ...]) -> None:
    told = answer(desk.run(population=desk.put("P.parquet", population(years))))
    assert {("births", "age_zero"), ("in_migration", "default_rate")} <= methods(told)
    assert all(estimate["text"].startswith(estimate["what"]) for estimate in told["estimates"])


def test_areas_given_as_totals_to_85_come_back_as_totals_to_85(desk: Desk) -> None:
    file = desk.put("P.parquet", population(oldest=85, total=("002", "003")))
    told = answer(desk.run(population=file, events=desk.put("E.parquet", events())))
    rows = desk.rows("projection.parquet")
    sexes = {(area, sex) for area, sex in zip(rows["area"], rows["sex"], strict=True)}
    assert sexes == {
        ("001", "female"),
        ("001", "male"),
        ("002", "total"),
        ("003", "total"),
        ("004", "female"),
        ("004", "male"),
    }
    assert set(rows["age"]) == set(range(86))
    assert {("sexes", "sexes_of_others"), ("ages from 85", "open_group_spread")} <= methods(told)
    totals = desk.rows("totals.parquet")
    for area in AREAS:
        by_age = sum(
            m
            for a, y, m in zip(rows["area"], rows["year"], rows["mean"], strict=True)
            if (a, y) == (area, 2021)
        )
        (total,) = (
            m
            for a, y, g, m in zip(
                totals["area"], totals["year"], totals["group"], totals["mean"], strict=True
            )
            if (a, y, g) == (area, 2021, "total")
        )
        assert by_age == pytest.approx(total, abs=0.05)
    bands = [np.array(rows[name]) for name in ("p10", "p50", "p90")]
    assert (bands[0] <= bands[1]).all() and (bands[1] <= bands[2]).all()


def test_whatever_cells_of_events_are_missing_there_is_a_projection(desk: Desk) -> None:
    file = desk.put("P.parquet", population((BASE,)))
    every = events()
    for kept in (["births", "deaths"], ["in_migration"], ["births"], []):
        some = {name: values for name, values in every.items() if name in ("area", "year", *kept)}
        answer(desk.run(population=file, events=desk.put("E.parquet", some)))
    holes = {
        name: values if name in ("area", "year") else [None, *values[1:]] for name, values in every.items()
    }
    answer(desk.run(population=file, events=desk.put("E.parquet", holes)))


def test_a_single_area_is_projected_too(desk: Desk) -> None:
    columns = population((BASE,))
    of_area = [k for k, area in enumerate(columns["area"]) if area == "002"]
    alone = {name: [values[k] for k in of_area] for name, values in columns.items()}
    told = answer(desk.run(population=desk.put("P.parquet", alone)))
    assert ("moves between areas", "across_the_border") in methods(told)


def test_numbers_as_area_names_come_back_as_numbers(desk: Desk) -> None:
    columns = population()
    columns["area"] = [int(area) + 7 for area in columns["area"]]
    answer(desk.run(population=desk.put("P.parquet", columns)))
    rows = desk.rows("totals.parquet")
    assert list(dict.fromkeys(rows["area"])) == [8, 9, 10, 11]


def test_an_odd_number_of_draws_is_rounded_up_and_said(desk: Desk) -> None:
    told = answer(desk.run(population=desk.put("P.parquet", population()), draws=41))
    assert told["draws"] == 42
    assert any("41 became 42" in remark for remark in told["remarks"])


def test_categories_decimals_and_small_integers_are_read(desk: Desk) -> None:
    columns: dict[str, Any] = population()
    columns["sex"] = pa.array(columns["sex"]).dictionary_encode()
    columns["age"] = pa.array(columns["age"], pa.uint8())
    columns["year"] = pa.array(columns["year"], pa.int16())
    answer(desk.run("typed", population=desk.put("T.parquet", columns)))
    answer(desk.run("plain", population=desk.put("P.parquet", population())))
    assert desk.bytes("typed") == desk.bytes("plain")


def _refusal(desk: Desk, **options: Any) -> str:
    result = desk.run(**options)
    assert isinstance(result.exception, PlainFailure), result.output
    assert result.exception.code == ExitCode.USAGE
    assert not (desk.folder / "out").exists()
    return str(result.exception)


def test_bad_input_is_one_clear_line_and_writes_nothing(desk: Desk) -> None:
    good = population()
    file = desk.put("P.parquet", good)
    negative = {**good, "population": [-1.0, *good["population"][1:]]}
    missing = {name: values[1:] for name, values in good.items()}
    stranger = {**events(), "area": ["999", *events()["area"][1:]]}
    (desk.folder / "broken.parquet").write_bytes(b"not parquet at all")
    assert "population is negative in 1 row: (area=001 year=2017 sex=male age=0" in _refusal(
        desk, population=desk.put("N.parquet", negative)
    )
    assert "ages are missing: 2017/001/male/0" in _refusal(desk, population=desk.put("M.parquet", missing))
    assert "area=999" in _refusal(desk, population=file, events=desk.put("E.parquet", stranger))
    assert "base year absent" in _refusal(desk, population=file, **{"base-year": 2019})
    assert "there is no file" in _refusal(desk, population=desk.folder / "none.parquet")
    assert "cannot be read as parquet" in _refusal(desk, population=desk.folder / "broken.parquet")
    assert "--horizon 0: expected 1 to 100" in _refusal(desk, population=file, horizon=0)
    assert "--draws 0" in _refusal(desk, population=file, draws=0)


CONTENTS = {
    "births": "muutl-vm01",
    "deaths": "muutl-vm11",
    "in_migration": "muutl-vm43_tulo",
    "out_migration": "muutl-vm43_lahto",
    "immigration": "muutl-vm41",
    "emigration": "muutl-vm42",
    "population": "muutl-vaesto",
}


class Finland:
    """Statistics Finland's figures of 309 municipalities as the columns of P and E."""

    def __init__(self, reference_data: Path) -> None:
        self._folder = reference_data / "mirror" / "StatFin"

    def population(
        self, years: tuple[int, ...], oldest: int = 100, *, together: bool = False
    ) -> dict[str, Any]:
        columns: dict[str, list[Any]] = {name: [] for name in ("area", "year", "sex", "age", "population")}
        for year in years:
            codes, values = _cube(self._folder / "vaerak" / "11re.px" / f"data-{year}.json")
            keep = [i for i, code in enumerate(codes[0]) if code != "SSS"]
            by_age = values[keep, 1:, :, 0, 0]  # the first sex is both, the first age all
            by_age = np.concatenate(
                [by_age[:, :oldest], by_age[:, oldest:].sum(axis=1, keepdims=True)], axis=1
            )
            areas = [codes[0][i].removeprefix("KU") for i in keep]
            sexes = {"total": 0} if together else {"male": 1, "female": 2}
            for sex, place in sexes.items():
                columns["area"] += np.repeat(areas, oldest + 1).tolist()
                columns["year"] += [year] * (len(areas) * (oldest + 1))
                columns["sex"] += [sex] * (len(areas) * (oldest + 1))
                columns["age"] += list(range(oldest + 1)) * len(areas)
                columns["population"] += by_age[:, :, place].ravel().astype(int).tolist()
        return columns

    def events(self) -> dict[str, Any]:
        (areas, years, contents), values = _cube(self._folder / "muutl" / "11ae.px" / "data.json")
        rows = [k for k, area in enumerate(areas) if area != "SSS"]
        return {
            "area": np.repeat([areas[k].removeprefix("KU") for k in rows], len(years)).tolist(),
            "year": [int(year) for year in years] * len(rows),
            **{
                name: values[rows, :, contents.index(code)].ravel().tolist()
                for name, code in CONTENTS.items()
            },
        }


def _cube(file: Path) -> tuple[list[list[str]], np.ndarray]:
    """Value codes of every dimension and the values, of one json-stat2 answer."""
    told = json.loads(file.read_text("utf-8"))
    index = [told["dimension"][name]["category"]["index"] for name in told["id"]]
    return [sorted(i, key=i.get) for i in index], np.array(told["value"], float).reshape(told["size"])


def _error_of_totals(desk: Desk, events: dict[str, Any], year: int) -> float:
    """Mean absolute percentage error of municipal totals in `year`."""
    actual = {
        a: p
        for a, y, p in zip(events["area"], events["year"], events["population"], strict=True)
        if y == year
    }
    rows = desk.rows("totals.parquet")
    errors = [
        abs(mean / actual[area] - 1.0)
        for area, y, group, mean in zip(rows["area"], rows["year"], rows["group"], rows["mean"], strict=True)
        if (y, group) == (year, "total")
    ]
    assert len(errors) == 309
    return 100.0 * float(np.mean(errors))


@pytest.mark.reference
def test_all_municipalities_from_one_table_and_totals_beat_the_official_figures(
    desk: Desk, reference_data: Path
) -> None:
    finland = Finland(reference_data)
    counted = finland.events()
    files = {
        "population": desk.put("P.parquet", finland.population((2018, 2019))),
        "events": desk.put("E.parquet", counted),
    }
    told = answer(desk.run(**files))
    assert told["rows_after_base_year"] == {"population": 309 * 2 * 101, "events": 309 * 2}
    assert methods(told) == {("population", "events_backwards")}
    assert _error_of_totals(desk, counted, 2019) < 0.62
    assert _error_of_totals(desk, counted, 2020) < 1.00


@pytest.mark.reference
def test_without_populations_sexes_and_old_ages_the_totals_are_nearly_as_good(
    desk: Desk, reference_data: Path
) -> None:
    finland = Finland(reference_data)
    counted = finland.events()
    bare = {name: values for name, values in counted.items() if name != "population"}
    table = finland.population((2018,), oldest=85, together=True)
    told = answer(desk.run(population=desk.put("P.parquet", table), events=desk.put("E.parquet", bare)))
    assert {("sexes", "sexes_of_schedule"), ("ages from 85", "open_group_spread")} <= methods(told)
    assert set(desk.rows("projection.parquet")["sex"]) == {"total"}
    assert _error_of_totals(desk, counted, 2019) < 0.63
    assert _error_of_totals(desk, counted, 2020) < 1.02


@pytest.mark.reference
def test_regions_known_by_age_only_are_projected_ten_years(desk: Desk, reference_data: Path) -> None:
    table = pq.read_table(reference_data / "tidy" / "population_region_age_sex_1972_2020.parquet").to_pydict()
    sexes = {"1": "male", "2": "female"}
    columns = {
        "area": table["region_code"],
        "year": table["year"],
        "sex": [sexes[str(sex)] for sex in table["sex"]],
        "age": table["age"],
        "population": table["population"],
    }
    told = answer(desk.run(population=desk.put("P.parquet", columns), **{"base-year": 2010, "horizon": 10}))
    assert ("deaths", "hazard_at_cohorts") in methods(told)
    actual: dict[tuple[int, int], float] = {}
    for area, year, count in zip(columns["area"], columns["year"], columns["population"], strict=True):
        actual[area, year] = actual.get((area, year), 0.0) + count
    rows = desk.rows("totals.parquet")
    for year, most in ((2015, 1.1), (2020, 3.0)):
        errors = [
            abs(mean / actual[area, y] - 1.0)
            for area, y, group, mean in zip(
                rows["area"], rows["year"], rows["group"], rows["mean"], strict=True
            )
            if (y, group) == (year, "total")
        ]
        assert len(errors) == 19
        assert 100.0 * np.mean(errors) < most


def test_areas_of_a_known_region_lean_on_it_and_the_answer_says_so(desk: Desk) -> None:
    files = {
        "population": desk.put("P.parquet", population(years=(BASE,))),
        "events": desk.put("E.parquet", events()),
    }
    parents = {"finnish": ["MK01", "01", "21", "21"], "foreign": ["03", "01", "21", "21"]}
    told = {
        name: answer(
            desk.run(
                name, **files, areas=desk.put(f"{name}.parquet", {"area": list(AREAS), "parent": regions})
            )
        )
        for name, regions in parents.items()
    }
    (remark,) = [line for line in told["finnish"]["remarks"] if "how their region" in line]
    assert remark == (
        "4 areas with few age tables lean at ages 45–79 on how their region has departed from the country "
        "(schedules finland_2018)"
    )
    assert not [line for line in told["foreign"]["remarks"] if "how their region" in line]
    old = {
        name: [
            mean
            for mean, group in zip(
                desk.rows("totals.parquet", name)["mean"],
                desk.rows("totals.parquet", name)["group"],
                strict=True,
            )
            if group == "65-74"
        ]
        for name in parents
    }
    assert old["finnish"][0] < old["foreign"][0]
    assert old["finnish"][-1] > old["foreign"][-1]


def test_a_single_area_is_told_what_it_costs_to_stand_alone(desk: Desk) -> None:
    alone, all_events = population(), events()
    mine = [k for k, area in enumerate(alone["area"]) if area == "003"]
    happened = [k for k, area in enumerate(all_events["area"]) if area == "003"]
    told = answer(
        desk.run(
            population=desk.put("P.parquet", {n: [v[k] for k in mine] for n, v in alone.items()}),
            events=desk.put("E.parquet", {n: [v[k] for k in happened] for n, v in all_events.items()}),
        )
    )
    assert any("as if they were a whole country" in remark for remark in told["remarks"])
    together = answer(
        desk.run("b", population=desk.put("P2.parquet", alone), events=desk.put("E2.parquet", all_events))
    )
    assert not any("as if they were a whole country" in remark for remark in together["remarks"])
    assert any("not tested" in remark for remark in together["remarks"])


def test_an_events_file_without_rows_is_as_none(desk: Desk) -> None:
    kinds = {"area": pa.string(), "year": pa.int64(), "births": pa.float64()}
    nothing = {name: pa.array([], kind) for name, kind in kinds.items()}
    files = {"population": desk.put("P.parquet", population())}
    answer(desk.run("a", **files, events=desk.put("E.parquet", nothing)))
    answer(desk.run("b", **files))
    assert desk.bytes("a") == desk.bytes("b")


def test_an_out_below_a_file_is_one_clear_line(desk: Desk) -> None:
    file = desk.put("P.parquet", population())
    result = desk.run("P.parquet/out", population=file)
    assert isinstance(result.exception, PlainFailure)
    assert "cannot be made a folder" in str(result.exception)


@pytest.mark.parametrize("oldest", [80, 95])
def test_bands_of_the_open_group_keep_their_order(desk: Desk, oldest: int) -> None:
    answer(desk.run(population=desk.put("P.parquet", population(oldest=oldest)), horizon=10))
    rows = desk.rows("projection.parquet")
    p10, p50, p90 = (np.array(rows[name]) for name in ("p10", "p50", "p90"))
    assert (p10 <= p50).all()
    assert (p50 <= p90).all()


def test_events_that_miss_the_population_are_named_widest_first_and_used(desk: Desk) -> None:
    happened = events()
    moved = {("001", 2018): 20.0, ("002", 2018): 49.0, ("003", 2018): 400.0}
    for row, key in enumerate(zip(happened["area"], happened["year"], strict=True)):
        happened["immigration"][row] += moved.get(key, 0.0)
    files = {"population": desk.put("P.parquet", population())}
    told = answer(desk.run(**files, events=desk.put("E.parquet", happened)))
    (said,) = (remark for remark in told["remarks"] if "lead to" in remark)
    assert "more than 1%: 2018/003 (-400), 2018/001 (-20);" in said
    even = answer(desk.run("b", **files, events=desk.put("E2.parquet", events())))
    assert not any("lead to" in remark for remark in even["remarks"])


def test_the_index_that_pandas_stores_is_no_column_to_speak_of(desk: Desk) -> None:
    index = "__index_level_0__"
    happened = {**events(), index: list(range(len(events()["area"]))), "colour": events()["area"]}
    told = answer(
        desk.run(population=desk.put("P.parquet", population()), events=desk.put("E.parquet", happened))
    )
    assert index not in json.dumps(told)
    assert any("mean nothing here: colour" in remark for remark in told["remarks"])
