"""One published snapshot, opened for reading: typed queries over its tables.

Everything returned is read from the snapshot's own database file, opened read-only. Municipality codes are
three digits as text; frames have the published column names (`contract/published.py`). The file is
released when the last request lets go of the snapshot.
"""

from __future__ import annotations

from dashboards.data.compare_queries import CompareQueries
from dashboards.data.dictionary_queries import DictionaryQueries
from dashboards.data.foresight_queries import ForesightQueries
from dashboards.data.goal_queries import GoalQueries
from dashboards.data.history_queries import HistoryQueries
from dashboards.data.kpi_queries import KpiQueries
from dashboards.data.peer_queries import PeerQueries
from dashboards.data.population_queries import PopulationQueries
from dashboards.data.standing_queries import StandingQueries
from dashboards.data.statutory_queries import StatutoryQueries
from dashboards.data.what_if_queries import WhatIfQueries


class Snapshot(
    KpiQueries,
    CompareQueries,
    PopulationQueries,
    ForesightQueries,
    HistoryQueries,
    WhatIfQueries,
    DictionaryQueries,
    StatutoryQueries,
    GoalQueries,
    StandingQueries,
    PeerQueries,
):
    """A published snapshot; see the classes that it is made of, and Dimensions."""
