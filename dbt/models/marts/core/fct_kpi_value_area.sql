with

kpi_values as (

    select * from {{ ref('kpi_values') }}

),

catalogue as (

    select * from {{ ref('kpi_catalogue') }}

),

members as (

    select * from {{ ref('int_area_member_today') }}

),

published_for_the_country_or_left_for_the_rest as (

    select
        municipality_code as area_code,
        kpi_id,
        period_type,
        period,
        period_end,
        value,
        value_status,
        numerator,
        denominator,
        lower,
        upper
    from kpi_values
    where municipality_code in ('SSS', 'rest')

),

parts_of_members as (

    select
        members.area_code,
        members.member_count,
        kpi_values.kpi_id,
        kpi_values.period_type,
        kpi_values.period,
        kpi_values.period_end,
        kpi_values.scale,
        count(kpi_values.numerator) as numerators_known,
        count(kpi_values.denominator) as denominators_known,
        sum(kpi_values.numerator) as numerator,
        sum(kpi_values.denominator) as denominator,
        {{ complete_sum('kpi_values.numerator_variance') }} as numerator_variance
    from members
    inner join kpi_values on members.municipality_code = kpi_values.municipality_code
    group by
        members.area_code,
        members.member_count,
        kpi_values.kpi_id,
        kpi_values.period_type,
        kpi_values.period,
        kpi_values.period_end,
        kpi_values.scale

),

parts_only_where_every_member_has_them as (

    select
        parts_of_members.area_code,
        parts_of_members.kpi_id,
        parts_of_members.period_type,
        parts_of_members.period,
        parts_of_members.period_end,
        parts_of_members.scale,
        catalogue.aggregation,
        catalogue.area_interval,
        case
            when parts_of_members.numerators_known = parts_of_members.member_count
                then parts_of_members.numerator
        end as numerator,
        case
            when parts_of_members.denominators_known = parts_of_members.member_count
                then parts_of_members.denominator
        end as denominator,
        parts_of_members.numerator_variance
    from parts_of_members
    inner join catalogue on parts_of_members.kpi_id = catalogue.kpi_id

),

values_of_areas as (

    select
        area_code,
        kpi_id,
        period_type,
        period,
        period_end,
        scale,
        area_interval,
        numerator,
        denominator,
        numerator_variance,
        case aggregation
            when 'sum' then numerator
            when 'ratio' then {{ ratio('numerator', 'denominator', 'scale') }}
        end as value
    from parts_only_where_every_member_has_them

),

computed_from_members as (

    select
        values_of_areas.area_code,
        values_of_areas.kpi_id,
        values_of_areas.period_type,
        values_of_areas.period,
        values_of_areas.period_end,
        values_of_areas.value,
        case when values_of_areas.value is null then 'not_available' else 'final' end as value_status,
        values_of_areas.numerator,
        values_of_areas.denominator,
        case
            when values_of_areas.value is null then null
            when values_of_areas.area_interval = 'poisson' then {{ poisson_lower('values_of_areas.numerator') }}
            when values_of_areas.area_interval = 'normal'
                then
                    {{ ratio_limit(
                        '-',
                        'values_of_areas.numerator',
                        'values_of_areas.numerator_variance',
                        'values_of_areas.denominator',
                        'values_of_areas.scale'
                    ) }}
        end as lower,
        case
            when values_of_areas.value is null then null
            when values_of_areas.area_interval = 'poisson' then {{ poisson_upper('values_of_areas.numerator') }}
            when values_of_areas.area_interval = 'normal'
                then
                    {{ ratio_limit(
                        '+',
                        'values_of_areas.numerator',
                        'values_of_areas.numerator_variance',
                        'values_of_areas.denominator',
                        'values_of_areas.scale'
                    ) }}
        end as upper
    from values_of_areas
    left join published_for_the_country_or_left_for_the_rest as published
        on
            values_of_areas.area_code = published.area_code
            and values_of_areas.kpi_id = published.kpi_id
            and values_of_areas.period = published.period
    where published.area_code is null

),

values_of_every_area as (

    select
        area_code,
        kpi_id,
        period_type,
        period,
        period_end,
        value,
        value_status,
        numerator,
        denominator,
        lower,
        upper
    from published_for_the_country_or_left_for_the_rest
    union all
    select
        area_code,
        kpi_id,
        period_type,
        period,
        period_end,
        value,
        value_status,
        numerator,
        denominator,
        lower,
        upper
    from computed_from_members

)

select * from values_of_every_area
