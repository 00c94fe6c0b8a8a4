"""The pages, in the order of the navigation. A page is a module; see `dashboards.context.Page`."""

from __future__ import annotations

from dashboards.context import Page
from dashboards.pages import (
    compare,
    data,
    dictionary,
    economy,
    front,
    kpi,
    population,
    scenarios,
    search,
    side,
    strategy,
)

PAGES: tuple[Page, ...] = (
    front,
    strategy,
    population,
    scenarios,
    kpi,
    compare,
    side,
    economy,
    data,
    dictionary,
    search,
)
