"""Every register reaches dbt: a source, a model with all its columns, and a proof of its grain."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from contract.registers import Register, registers

STAGING = Path(__file__).parents[3] / "dbt" / "models" / "staging" / "own"


@pytest.mark.parametrize("register", registers().values(), ids=lambda register: register.id)
def test_a_register_has_its_source_model_and_grain(register: Register) -> None:
    (source,) = yaml.safe_load((STAGING / "_sources.yml").read_bytes())["sources"]
    assert register.id in {table["name"] for table in source["tables"]}
    sql = (STAGING / f"stg_own__{register.id}.sql").read_text("utf-8")
    assert [column.id for column in register.columns if column.id not in sql.replace("\n", " ")] == []
    models = yaml.safe_load((STAGING / "_stg_own.yml").read_bytes())["models"]
    (model,) = [each for each in models if each["name"] == f"stg_own__{register.id}"]
    grain = model["data_tests"][0]["grain"]["arguments"]
    renamed = ["reference_month" if name == "month" else name for name in register.key]
    assert grain == {"columns": renamed, "may_be_empty": True}
