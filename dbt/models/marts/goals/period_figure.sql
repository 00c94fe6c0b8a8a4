with

kpi_values as (

    select * from {{ ref('fct_kpi_value') }}

),

catalogue as (

    select * from {{ ref('kpi_catalogue') }}

),

chance_of_population_change as (

    select * from {{ ref('int_population_change_variance') }}

),

figures_with_what_is_known_of_chance as (

    select
        kpi_values.municipality_code,
        kpi_values.kpi_id,
        kpi_values.period_type,
        kpi_values.period,
        kpi_values.period_end,
        kpi_values.value_status,
        kpi_values.value,
        kpi_values.numerator,
        kpi_values.denominator,
        kpi_values.lower,
        kpi_values.upper,
        chance_of_population_change.variance_count,
        case
            when catalogue.chance = 'people' and kpi_values.numerator between 0 and kpi_values.denominator
                then 'people'
            when catalogue.chance = 'none' then 'exact'
            when kpi_values.lower is not null and kpi_values.upper is not null then 'interval'
            when chance_of_population_change.variance_count is not null then 'interval'
            else 'unknown'
        end as basis
    from kpi_values
    inner join catalogue on kpi_values.kpi_id = catalogue.kpi_id
    left join chance_of_population_change
        on
            kpi_values.municipality_code = chance_of_population_change.municipality_code
            and kpi_values.kpi_id = chance_of_population_change.kpi_id
            and kpi_values.period = cast(chance_of_population_change.reference_year as varchar)

),

figures_with_their_intervals as (

    select
        municipality_code,
        kpi_id,
        period_type,
        period,
        period_end,
        value_status,
        value,
        basis,
        case
            when value is null then null
            when basis = 'people' then {{ share_limit('-', 'numerator', 'denominator', 100) }}
            when basis = 'exact' then value
            when basis = 'interval'
                then coalesce(
                    lower,
                    {{ ratio_limit('-', 'numerator', 'variance_count', 'denominator', 100) }}
                )
        end as lower,
        case
            when value is null then null
            when basis = 'people' then {{ share_limit('+', 'numerator', 'denominator', 100) }}
            when basis = 'exact' then value
            when basis = 'interval'
                then coalesce(
                    upper,
                    {{ ratio_limit('+', 'numerator', 'variance_count', 'denominator', 100) }}
                )
        end as upper
    from figures_with_what_is_known_of_chance

)

select * from figures_with_their_intervals
