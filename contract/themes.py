"""The themes of the KPI catalogue, in its order.

A KPI's theme is the folder of its SQL under `dbt/models/marts`; its name for readers is the message
`compare.theme.<theme>` in every language.
"""

from __future__ import annotations

THEMES: tuple[str, ...] = (
    "population",
    "economy",
    "work",
    "education",
    "wellbeing",
    "living",
    "digital",
    "staff",
    "cooperation",
    "access",
)
