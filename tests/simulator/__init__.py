"""Loopback servers of the official interfaces, in their true wire forms, with faults on request."""

from tests.simulator.calls import SOTKANET, STATFIN, TEN_SECONDS, Call, Limits
from tests.simulator.pxweb_v1 import PxWebV1
from tests.simulator.server import Simulator
from tests.simulator.table import Table, Variable, read_table, tables_in
from tests.simulator.wire import Reply, Request

__all__ = [
    "SOTKANET",
    "STATFIN",
    "TEN_SECONDS",
    "Call",
    "Limits",
    "PxWebV1",
    "Reply",
    "Request",
    "Simulator",
    "Table",
    "Variable",
    "read_table",
    "tables_in",
]
