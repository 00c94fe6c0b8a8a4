"""The browser's own input field: `dash.html` has none, and Dash's needs its script before it can be used."""

from __future__ import annotations

from typing import Any

from dash.development.base_component import Component


class NativeInput(Component):
    """`<input>` as HTML has it. It stays as the server painted it: no callback may read or write it."""

    _type = "Input"
    _namespace = "dash_html_components"
    _children_props: tuple[str, ...] = ()
    _base_nodes: tuple[str, ...] = ("children",)
    _prop_names = ("id", "className", "list", "max", "min", "name", "required", "step", "type", "value")
    _valid_wildcard_attributes = ("data-", "aria-")
    available_properties = _prop_names
    available_wildcard_properties = _valid_wildcard_attributes

    def __init__(self, **properties: Any) -> None:
        super().__init__(**properties)
