"""What of the population page its address chooses, and links that change one choice and keep the others."""

from __future__ import annotations

from dashboards.context import RequestContext

POPULATION_PATH = "/vaesto"
YEAR_PARAMETER = "vuosi"
SCENARIO_PARAMETER = "skenaario"
PAST_PARAMETER = "aiemmat"
SERVICE_PARAMETER = "palvelu"
_CHOICES = (YEAR_PARAMETER, SCENARIO_PARAMETER, PAST_PARAMETER, SERVICE_PARAMETER)


def view_link(context: RequestContext, anchor: str, **changes: str | int | None) -> str:
    """The page's address with some choices changed; None takes a choice away. Leads to `anchor`."""
    choices: dict[str, str | int | None] = {
        name: context.params[name] for name in _CHOICES if context.params.get(name)
    }
    return f"{context.link(POPULATION_PATH, **(choices | changes))}#{anchor}"
