"""What Dash need not build: the parts of a page that no callback touches and no script draws.

Dash spends milliseconds on every component, so a page of tables keeps a browser busy for seconds. The
server paints every page anyway (`first_paint`); the parts that stay as painted are marked, left out of
what Dash builds, and moved into its copy by `assets/takeover.js`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from dash.development.base_component import Component

MARK = "data-painted"


def mark_painted(tree: Component, live_ids: Collection[str], stamp: str) -> Component:
    """`tree` with its largest static elements marked `<stamp>-<number>`, in order.

    Static is an element of `dash.html` without an id in `live_ids`, holding only texts and static elements.
    """
    _, static = _split(tree, live_ids)
    for number, element in enumerate(static):
        setattr(element, MARK, f"{stamp}-{number}")
    return tree


def without_painted(node: Any) -> Any:
    """The tree for Dash: marked elements stay where they are, with nothing in them."""
    if isinstance(node, list | tuple):
        return [without_painted(child) for child in node]
    if isinstance(node, Component) and hasattr(node, "children"):
        node.children = None if hasattr(node, MARK) else without_painted(node.children)
    return node


def ids_in_callbacks(callbacks: Collection[Mapping[str, Any]]) -> set[str]:
    """Ids that callbacks read or write, from Dash's own list of them."""
    found = set()
    for callback in callbacks:
        found.update(part["id"] for part in (*callback["inputs"], *callback["state"]))
        found.update(output.rpartition(".")[0] for output in callback["output"].strip(".").split("..."))
    return found


def _split(node: Any, live_ids: Collection[str]) -> tuple[bool, list[Component]]:
    """Whether `node` is static, and the largest static elements in it."""
    if isinstance(node, list | tuple):
        parts = [_split(child, live_ids) for child in node]
        return all(static for static, _ in parts), [element for _, found in parts for element in found]
    if not isinstance(node, Component):
        return True, []
    children_static, found = _split(getattr(node, "children", None), live_ids)
    if children_static and _is_plain(node, live_ids):
        return True, [node] if getattr(node, "children", None) is not None else []
    return False, found


def _is_plain(node: Component, live_ids: Collection[str]) -> bool:
    """True for an element of `dash.html` that no callback knows; ids made of parts count as known."""
    identity = getattr(node, "id", None)
    known = identity in live_ids if isinstance(identity, str) else identity is not None
    return node._namespace == "dash_html_components" and not known
