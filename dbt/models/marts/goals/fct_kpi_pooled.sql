with

pooled_events as (

    select * from {{ ref('int_event_pooled') }}

),

parts_of_kpis as (

    select * from {{ ref('pooled_kpis') }}

),

catalogue as (

    select * from {{ ref('kpi_catalogue') }}

),

municipalities as (

    select * from {{ ref('dim_municipality') }}

),

rates_of_the_parts as (

    -- At the level of the newest year: the ratio to the country over the years, times the country's figure.
    select
        pooled_events.municipality_code,
        parts_of_kpis.kpi_id,
        parts_of_kpis.sign,
        pooled_events.event,
        pooled_events.reference_year,
        pooled_events.first_year,
        pooled_events.own_weight,
        pooled_events.observed_count,
        case parts_of_kpis.per when 'thousand' then 1000.0 else pooled_events.mean_population end
        * pooled_events.country_rate as country_value,
        pooled_events.own_ratio,
        pooled_events.pooled_ratio,
        pooled_events.pooled_ratio_lower,
        pooled_events.pooled_ratio_upper
    from pooled_events
    inner join parts_of_kpis on pooled_events.event = parts_of_kpis.event

),

distances_of_the_parts as (

    -- How far a part can be wrong towards less (below) and towards more (above) of the whole figure.
    select
        municipality_code,
        kpi_id,
        event,
        reference_year,
        first_year,
        own_weight,
        observed_count,
        sign * country_value as country_value,
        sign * country_value * own_ratio as own_value,
        sign * country_value * pooled_ratio as pooled_value,
        country_value * case
            when sign > 0 then pooled_ratio - pooled_ratio_lower else pooled_ratio_upper - pooled_ratio
        end as below,
        country_value * case
            when sign > 0 then pooled_ratio_upper - pooled_ratio else pooled_ratio - pooled_ratio_lower
        end as above
    from rates_of_the_parts

),

wanted_parts as (

    select
        kpi_id,
        count(*) as part_count
    from parts_of_kpis
    group by kpi_id

),

parts_put_together as (

    -- Limits of a sum from those of its parts: Zou & Donner 2008, Statistics in Medicine 27, 1693–1702.
    select
        parts.municipality_code,
        parts.kpi_id,
        parts.reference_year,
        parts.first_year,
        {{ stable_sum('parts.observed_count') }} as event_count,
        {{ stable_sum('parts.pooled_value') }} as value,
        {{ stable_sum('parts.pooled_value') }} - sqrt({{ stable_sum('pow(parts.below, 2)') }}) as lower,
        {{ stable_sum('parts.pooled_value') }} + sqrt({{ stable_sum('pow(parts.above, 2)') }}) as upper,
        {{ stable_sum('parts.own_value') }} as own_value,
        min(parts.own_weight) as own_weight,
        {{ stable_sum('parts.country_value') }} as country_value
    from distances_of_the_parts as parts
    inner join wanted_parts on parts.kpi_id = wanted_parts.kpi_id
    group by
        parts.municipality_code, parts.kpi_id, parts.reference_year, parts.first_year, wanted_parts.part_count
    having count(*) = wanted_parts.part_count

),

pooled_values as (

    select
        parts_put_together.municipality_code,
        parts_put_together.kpi_id,
        'year' as period_type,
        cast(parts_put_together.reference_year as varchar) as period,
        {{ year_end('parts_put_together.reference_year') }} as period_end,
        cast(parts_put_together.first_year as integer) as first_year,
        cast(parts_put_together.event_count as double) as event_count,
        parts_put_together.value,
        parts_put_together.lower,
        parts_put_together.upper,
        parts_put_together.own_value,
        parts_put_together.own_weight,
        parts_put_together.country_value
    from parts_put_together
    inner join municipalities on parts_put_together.municipality_code = municipalities.municipality_code
    inner join catalogue on parts_put_together.kpi_id = catalogue.kpi_id
    where catalogue.valid_for = 'all' or not municipalities.is_aland

)

select * from pooled_values
