"""Similar municipalities as published: the nearest by three models, with what makes each alike and unlike."""

from __future__ import annotations

from dataclasses import dataclass

from dashboards.data.dimensions import Dimensions

PEER_MODELS = ("whole", "demographic", "economic")
"""Models of fct_peer, the usual one first."""


@dataclass(frozen=True)
class Peer:
    """One row of fct_peer: a municipality near in one model, and the KPIs shared most and least."""

    peer_code: str
    closest_kpi_id: str
    furthest_kpi_id: str
    was_peer_earlier: bool | None


@dataclass(frozen=True)
class Peers:
    """The nearest municipalities in one model, nearest first."""

    model_id: str
    nearest: tuple[Peer, ...]

    @property
    def codes(self) -> frozenset[str]:
        return frozenset(peer.peer_code for peer in self.nearest)

    @property
    def by_population(self) -> bool:
        """False where the economy alone is compared: its peers change from year to year."""
        return self.model_id != "economic"

    @property
    def lasting(self) -> int | None:
        """How many were already among the nearest with the figures of the period before; None if not known."""
        before = [peer.was_peer_earlier for peer in self.nearest]
        return None if None in before else sum(map(bool, before))

    @property
    def unstable(self) -> bool:
        """True where fewer than half were among the nearest a period earlier."""
        return self.lasting is not None and 2 * self.lasting < len(self.nearest)


class PeerQueries(Dimensions):
    """Reads fct_peer; empty where a snapshot is from before it."""

    def similar_codes(self, code: str) -> frozenset[str]:
        """The usual peers; without any by population the nearest by population and age structure alone."""
        usual = next((peers.codes for peers in self.peers(code) if peers.by_population), None)
        plain = (item.municipality.municipality_code for item in self.similar_municipalities(code))
        return frozenset(plain) if usual is None else usual

    def peers(self, code: str) -> list[Peers]:
        """The models that have peers for the municipality, the usual one first."""
        rows = self._rows(
            """
            select model_id, peer_code, closest_kpi_id, furthest_kpi_id, was_peer_earlier
            from fct_peer where municipality_code = ? order by model_id, place
            """,
            [code],
        )
        found: dict[str, list[Peer]] = {model: [] for model in PEER_MODELS}
        for model, *peer in rows:
            if model in found and peer[0] in self._municipalities:
                found[model].append(Peer(*peer))
        return [Peers(model, tuple(nearest)) for model, nearest in found.items() if nearest]
