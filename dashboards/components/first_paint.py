"""A page's component tree as HTML, so that it is read before any script has run (ADR 0005).

Knows the elements of `dash.html` and links of `dash.dcc`; the rest of `dcc` becomes an empty place of the
same height, filled when Dash takes over.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from typing import Any

from dash.development.base_component import Component

_VOID = frozenset({"area", "br", "col", "hr", "img", "input", "source", "track", "wbr"})
_ATTRIBUTE_NAMES = {"className": "class", "htmlFor": "for"}
_NOT_ATTRIBUTES = frozenset(
    {"children", "key", "n_clicks", "n_clicks_timestamp", "disable_n_clicks", "loading_state", "dir_name"}
)
_DASHS_OWN = frozenset(
    {"_prop_names", "_valid_wildcard_attributes", "available_properties", "available_wildcard_properties"}
)
_INVISIBLE = frozenset({"Store", "Location", "Interval", "Download", "Tooltip", "Geolocation"})
_CAMEL = re.compile(r"(?<!^)(?=[A-Z])")
_UNITLESS = frozenset(
    {"opacity", "zIndex", "flex", "flexGrow", "flexShrink", "order", "lineHeight", "fontWeight"}
)


def render(node: Any) -> str:
    """The HTML of a component, a text, a number, or a list of these; None is nothing."""
    if node is None or isinstance(node, bool):
        return ""
    if isinstance(node, list | tuple):
        return "".join(render(child) for child in node)
    if not isinstance(node, Component):
        return escape(str(node), quote=False)
    properties = _properties(node)
    if node._namespace == "dash_html_components":
        return _element(node._type.lower(), properties)
    if node._type == "Link":
        return _element(
            "a", {name: properties[name] for name in ("href", "className", "children") if name in properties}
        )
    return "" if node._type in _INVISIBLE else _place(properties)


def _properties(node: Component) -> dict[str, Any]:
    """What was given to the component; Dash's own way to tell it takes eight times as long."""
    return {name: value for name, value in vars(node).items() if name not in _DASHS_OWN}


def _element(tag: str, properties: Mapping[str, Any]) -> str:
    attributes = "".join(
        _attribute(name, value) for name, value in sorted(properties.items()) if name not in _NOT_ATTRIBUTES
    )
    if tag in _VOID:
        return f"<{tag}{attributes}>"
    return f"<{tag}{attributes}>{render(properties.get('children'))}</{tag}>"


def _attribute(name: str, value: Any) -> str:
    if value is None or value is False:
        return ""
    html_name = _ATTRIBUTE_NAMES.get(name, name if "-" in name else name.lower())
    if value is True:
        return f" {html_name}"
    if name == "style":
        value = _style(value)
    elif isinstance(value, dict):
        value = _pattern_id(value)
    return f' {html_name}="{escape(str(value))}"'


def _style(style: Mapping[str, Any]) -> str:
    return "; ".join(f"{_CAMEL.sub('-', name).lower()}: {_css(name, value)}" for name, value in style.items())


def _css(name: str, value: Any) -> str:
    is_length = isinstance(value, int | float) and name not in _UNITLESS and not name.startswith("--")
    return f"{value}px" if is_length and value else str(value)


def _pattern_id(parts: Mapping[str, Any]) -> str:
    return ",".join(f"{name}:{parts[name]}" for name in sorted(parts))


def _place(properties: Mapping[str, Any]) -> str:
    """An empty place as tall as the component asked for, so that nothing moves when it arrives."""
    style = properties.get("style") or {}
    kept = {name: style[name] for name in ("height", "minHeight", "width") if name in style}
    layout_height = getattr(getattr(properties.get("figure"), "layout", None), "height", None)
    if layout_height and "height" not in kept:
        kept["height"] = layout_height
    return _element("div", {"className": "place", "style": kept or None, "aria-hidden": "true"})
