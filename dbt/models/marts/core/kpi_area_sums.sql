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
        {{ stable_sum('kpi_values.numerator') }} as numerator,
        {{ stable_sum('kpi_values.denominator') }} as denominator,
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

)

select * from values_of_areas
