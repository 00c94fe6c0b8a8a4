"""Whom a municipality is compared with: networks, region, similar municipalities, size class, the country."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from contract.locale_formats import interval, percent
from dashboards.components.kpi_figures import SMALLEST_NETWORK, home_area
from dashboards.context import RequestContext
from dashboards.data.peer_queries import PEER_MODELS, Peers
from dashboards.data.records import COUNTRY, Area, SimilarMunicipality

SIMILAR = "samankaltaiset"
NEAR = "lahimmat"
"""Keys of the groups that are no areas: similar municipalities; and these with the region's."""


@dataclass(frozen=True)
class Group:
    """A set of municipalities to compare among, the own one always in it."""

    key: str
    """As it stands in the address: an area's code or one of the keys above."""
    kind: str
    """network | region | similar | near | size_class | country; picks the words that tell the place."""
    name: str
    members: frozenset[str]
    area: Area | None
    """Where published values of the whole group are found; None for similar municipalities."""
    reason: str
    """Why these municipalities, in the reader's words."""


def comparison_groups(context: RequestContext) -> list[Group]:
    """The groups on offer, the default first; without a network the region and the similar come together."""
    snapshot, own, today = context.snapshot, context.municipality_code, context.today
    groups = [_area_group(context, area) for area in snapshot.networks_of(own, today)]
    groups = [group for group in groups if len(group.members) >= SMALLEST_NETWORK]
    home = home_area(context)
    groups.sort(key=lambda group: (home is None or group.key != home.area_code, group.name))
    has_network = bool(groups)
    similar = _similar_groups(context)
    region = snapshot.region_of(own)
    if region is not None:
        groups.append(_area_group(context, region))
    if similar and region is not None and not has_network:
        groups.insert(0, _near_group(context, _area_group(context, region), similar[0]))
    groups += similar
    groups += [_area_group(context, area) for area in snapshot.areas_of(own, today, "size_class")]
    groups.append(_country_group(context))
    return groups


def chosen_group(groups: Sequence[Group], key: str | None) -> Group:
    """The group asked for, or the default where there is no such group for this municipality."""
    return next((group for group in groups if group.key == key), groups[0])


def _area_group(context: RequestContext, area: Area) -> Group:
    members = frozenset(context.snapshot.members(area.area_code, context.today))
    return Group(
        area.area_code,
        area.area_type,
        area.name(context.language),
        members | {context.municipality_code},
        area,
        area.description(context.language),
    )


def _country_group(context: RequestContext) -> Group:
    areas = {area.area_code: area for area in context.snapshot.areas()}
    everyone = frozenset(item.municipality_code for item in context.snapshot.municipalities())
    reason = context.text("compare.reason.country", count=len(everyone))
    return Group(
        COUNTRY, "country", context.text("compare.group.country"), everyone, areas.get(COUNTRY), reason
    )


def _similar_groups(context: RequestContext) -> list[Group]:
    """The published peers by each model that has them, the usual one first.

    Without peers by population: first the nearest by population and age structure alone.
    """
    found = context.snapshot.peers(context.municipality_code)
    groups = [_peer_group(context, peers) for peers in found]
    if any(peers.by_population for peers in found):
        return groups
    plain = _plainly_similar(context)
    return groups if plain is None else [plain, *groups]


def _peer_group(context: RequestContext, peers: Peers) -> Group:
    key = SIMILAR if peers.model_id == PEER_MODELS[0] else f"{SIMILAR}-{peers.model_id}"
    members = peers.codes | {context.municipality_code}
    name = context.text(f"compare.group.peers.{peers.model_id}")
    return Group(key, "similar", name, members, None, why_peers(context, peers))


def why_peers(context: RequestContext, peers: Peers) -> str:
    """By what the model compares, each peer with what is most and least alike, and whether they last."""
    snapshot, language = context.snapshot, context.language
    told = [
        context.text(
            "compare.reason.peer",
            name=snapshot.municipality(peer.peer_code).name(language),
            closest=_kpi_name(context, peer.closest_kpi_id),
            furthest=_kpi_name(context, peer.furthest_kpi_id),
        )
        for peer in peers.nearest
    ]
    said = [
        context.text(f"compare.reason.peers.{peers.model_id}", count=len(told)),
        context.text("compare.reason.named", peers="; ".join(told)),
    ]
    if peers.unstable:
        said.append(context.text("compare.reason.unstable", lasting=peers.lasting, n=len(told)))
    return " ".join(said)


def _kpi_name(context: RequestContext, kpi_id: str) -> str:
    """The KPI inside a sentence."""
    name = context.snapshot.kpi(kpi_id).name(context.language)
    return name[0].lower() + name[1:]


def _plainly_similar(context: RequestContext) -> Group | None:
    """The nearest by population and age structure; None where the population is not known."""
    similar = context.snapshot.similar_municipalities(context.municipality_code)
    if not similar:
        return None
    members = frozenset(item.municipality.municipality_code for item in similar)
    return Group(
        SIMILAR,
        "similar",
        context.text("compare.group.similar"),
        members | {context.municipality_code},
        None,
        _why_similar(context, similar),
    )


def _near_group(context: RequestContext, region: Group, similar: Group) -> Group:
    name = context.text("compare.group.near", region=region.name)
    return Group(NEAR, "near", name, region.members | similar.members, None, similar.reason)


def _why_similar(context: RequestContext, similar: Sequence[SimilarMunicipality]) -> str:
    """How many were chosen by what, with the ranges of the figures that make them alike."""
    language = context.language
    counts = [item.population_count for item in similar]
    young = [item.share_under_15_pct for item in similar if item.share_under_15_pct is not None]
    old = [item.share_over_64_pct for item in similar if item.share_over_64_pct is not None]
    population = interval(min(counts), max(counts), language)
    if not young or not old:
        return context.text("compare.reason.similar_size", count=len(similar), population=population)
    return context.text(
        "compare.reason.similar",
        count=len(similar),
        population=population,
        young=_shares(young, language),
        old=_shares(old, language),
    )


def _shares(values: Sequence[float], language: str) -> str:
    """`13–17 %`, in whole percents."""
    low, high = (percent(end, language, 0) for end in (min(values), max(values)))
    return high if low == high else f"{low.removesuffix('%').strip()}–{high}"
