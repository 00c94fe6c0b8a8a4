"""From a page of the dashboards the way back leads to the publishers' tables."""

from __future__ import annotations

import json

from dagster_project.settings import Settings
from dashboards.pages import PAGES


def test_every_page_is_led_back_to_tables_as_they_were_received(bundled_build: Settings) -> None:
    manifest = json.loads((bundled_build.dbt_target_dir / "manifest.json").read_text("utf-8"))
    parents = manifest["parent_map"]
    assert len(manifest["exposures"]) == len(PAGES)
    for exposure in manifest["exposures"]:
        seen, ahead = set(), [exposure]
        while ahead:
            node = ahead.pop()
            if node not in seen:
                seen.add(node)
                ahead += parents[node]
        assert any(node.startswith("source.kuntaluotsi.raw_statfin.") for node in seen), exposure
