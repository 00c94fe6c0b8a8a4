"""Files and answers as publishers gave them, read whole and compared with what they plainly say."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

from dagster_project.sources.errors import PermanentSourceError
from dagster_project.sources.formats.reading import read_file

pytestmark = pytest.mark.reference

PX = {
    "SCB-BefolkningR1860N.px": 18_204,
    "statfin_khi_pxt_11xb.px": 477_750,
    "statfin_vaerak_pxt_11rc.px": 9_063,
}


@pytest.mark.parametrize("name", PX)
def test_every_figure_of_a_px_file_is_where_it_stands(name: str, reference_data: Path) -> None:
    body = (reference_data / "wire" / "px" / name).read_bytes()
    tidy = read_file(body, name)
    plain = body[re.search(rb"[;\s]DATA\s*=", body).end() :].decode("latin-1").split(";")[0].split()
    assert tidy.table.num_rows == len(plain) == PX[name]
    numbers = np.array([np.nan if word.startswith('"') else float(word) for word in plain])
    read = tidy.table.column("value").to_numpy()
    nil = np.array([word == '"-"' for word in plain])
    assert np.array_equal(read[~nil], numbers[~nil], equal_nan=True)
    assert (read[nil] == 0).all()


def test_finlands_population_in_a_px_file_is_the_published_one(reference_data: Path) -> None:
    body = (reference_data / "wire" / "px" / "statfin_vaerak_pxt_11rc.px").read_bytes()
    table = read_file(body, "11rc").table.to_pylist()
    found = {row["Vuosi"]: row["value"] for row in table if row["Sukupuoli"] == row["Ikä"] == "SSS"}
    assert (found["2018"], found["2019"], found["2020"]) == (5_517_919, 5_525_292, 5_533_793)


def test_every_recorded_json_stat_reads_to_its_own_values(reference_data: Path) -> None:
    seen = 0
    for path in sorted((reference_data / "wire").rglob("*.json")):
        document = json.loads(path.read_text("utf-8-sig"))
        if not isinstance(document, dict) or document.get("class") != "dataset":
            with pytest.raises(PermanentSourceError):
                read_file(path.read_bytes(), path.name)
            continue
        seen += 1
        if not document.get("value"):  # metadata of PxWeb's second interface
            continue
        table = read_file(path.read_bytes(), path.name).table
        values = [np.nan if value is None else float(value) for value in document["value"]]
        assert np.array_equal(table.column("value").to_numpy(), values, equal_nan=True), path.name
        assert table.column_names[: len(document["id"])] == document["id"]
    assert seen >= 9
