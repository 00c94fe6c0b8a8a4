"""The pages, in the order of the navigation. A page is a module; see `dashboards.context.Page`."""

from __future__ import annotations

from dashboards.context import Page
from dashboards.pages import data, front

PAGES: tuple[Page, ...] = (front, data)
