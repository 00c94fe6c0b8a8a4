with

kpi_values as (

    select * from {{ ref('kpi_values') }}

),

area_sums as (

    select * from {{ ref('kpi_area_sums') }}

),

published_totals as (

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

computed_from_members as (

    select
        area_sums.area_code,
        area_sums.kpi_id,
        area_sums.period_type,
        area_sums.period,
        area_sums.period_end,
        area_sums.value,
        case when area_sums.value is null then 'not_available' else 'final' end as value_status,
        area_sums.numerator,
        area_sums.denominator,
        case
            when area_sums.value is null then null
            when area_sums.area_interval = 'poisson'
                then {{ poisson_lower('area_sums.numerator') }}
            when area_sums.area_interval = 'normal'
                then
                    {{ ratio_limit(
                        '-',
                        'area_sums.numerator',
                        'area_sums.numerator_variance',
                        'area_sums.denominator',
                        'area_sums.scale'
                    ) }}
        end as lower,
        case
            when area_sums.value is null then null
            when area_sums.area_interval = 'poisson'
                then {{ poisson_upper('area_sums.numerator') }}
            when area_sums.area_interval = 'normal'
                then
                    {{ ratio_limit(
                        '+',
                        'area_sums.numerator',
                        'area_sums.numerator_variance',
                        'area_sums.denominator',
                        'area_sums.scale'
                    ) }}
        end as upper
    from area_sums
    left join published_totals as published
        on
            area_sums.area_code = published.area_code
            and area_sums.kpi_id = published.kpi_id
            and area_sums.period = published.period
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
    from published_totals
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
