{%- set peers = 10 -%}
with

weights as (

    select * from {{ ref('dim_peer_weight') }}

),

weights_in_order as (

    select
        model_id,
        kpi_id,
        weight,
        row_number() over (partition by model_id order by kpi_id) as place
    from weights

),

indicators as (

    select * from {{ ref('fct_peer_indicator') }}

),

indicators_of_models as (

    select
        model_id,
        count(*) as indicator_count
    from weights
    group by model_id

),

differences as (

    select
        weights_in_order.model_id,
        own.edition,
        own.municipality_code,
        other.municipality_code as peer_code,
        own.kpi_id,
        weights_in_order.weight,
        weights_in_order.place,
        (own.standard_score - other.standard_score) * (own.standard_score - other.standard_score) as squared
    from indicators as own
    inner join indicators as other
        on
            own.kpi_id = other.kpi_id
            and own.edition = other.edition
            and own.municipality_code <> other.municipality_code
    inner join weights_in_order on own.kpi_id = weights_in_order.kpi_id
    where own.standard_score is not null and other.standard_score is not null

),

distances as (

    -- Only municipalities whose every indicator is known are compared: a gap would look like likeness.
    select
        differences.model_id,
        differences.edition,
        differences.municipality_code,
        differences.peer_code,
        round(sqrt(sum(differences.weight * differences.squared) / sum(differences.weight)), 6) as distance,
        round(sqrt(avg(differences.squared)), 6) as equal_distance,
        -- of equal differences the first KPI by id
        min_by(differences.kpi_id, differences.squared + 1e-12 * differences.place) as closest_kpi_id,
        max_by(differences.kpi_id, differences.squared - 1e-12 * differences.place) as furthest_kpi_id
    from differences
    inner join indicators_of_models on differences.model_id = indicators_of_models.model_id
    group by
        differences.model_id,
        differences.edition,
        differences.municipality_code,
        differences.peer_code,
        indicators_of_models.indicator_count
    having count(*) = indicators_of_models.indicator_count

),

peers_in_order as (

    select
        model_id,
        edition,
        municipality_code,
        peer_code,
        distance,
        closest_kpi_id,
        furthest_kpi_id,
        row_number() over (
            partition by model_id, edition, municipality_code
            order by distance, peer_code
        ) as place,
        row_number() over (
            partition by model_id, edition, municipality_code
            order by equal_distance, peer_code
        ) as equal_place
    from distances

),

known_earlier as (

    select distinct
        model_id,
        municipality_code
    from peers_in_order
    where edition = 'earlier'

),

nearest_with_their_stability as (

    select
        newest.municipality_code,
        newest.model_id,
        cast(newest.place as integer) as place,
        newest.peer_code,
        newest.distance,
        newest.closest_kpi_id,
        newest.furthest_kpi_id,
        case when known_earlier.model_id is not null then coalesce(earlier.place <= {{ peers }}, false) end
            as was_peer_earlier,
        newest.equal_place <= {{ peers }} as is_peer_with_equal_weights
    from peers_in_order as newest
    left join known_earlier
        on
            newest.model_id = known_earlier.model_id
            and newest.municipality_code = known_earlier.municipality_code
    left join peers_in_order as earlier
        on
            newest.model_id = earlier.model_id
            and newest.municipality_code = earlier.municipality_code
            and newest.peer_code = earlier.peer_code
            and earlier.edition = 'earlier'
    where newest.edition = 'newest' and newest.place <= {{ peers }}

)

select * from nearest_with_their_stability
