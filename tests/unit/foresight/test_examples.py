"""The examples in docstrings are true."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import foresight

MODULES = [f"foresight.{module.name}" for module in pkgutil.iter_modules(foresight.__path__)]


@pytest.mark.parametrize("name", [*MODULES, "contract.engine_adapter"])
def test_examples_in_docstrings_give_what_they_say(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0
