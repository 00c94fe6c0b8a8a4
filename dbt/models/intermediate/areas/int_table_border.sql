with

loads as (

    select * from {{ ref('stg_meta__load') }}

),

municipalities_of_tables as (

    select * from {{ ref('stg_meta__municipality') }}

),

crosswalk as (

    select * from {{ ref('int_area_crosswalk') }}

),

municipalities as (

    select * from {{ ref('municipalities') }}

),

division as (

    select * from {{ ref('int_division') }}

),

todays_municipalities as (

    select municipalities.municipality_code
    from municipalities
    inner join crosswalk
        on
            municipalities.municipality_code = crosswalk.published_code
            and municipalities.municipality_code = crosswalk.municipality_code

),

number_of_municipalities_today as (

    select count(*) as municipalities_today from todays_municipalities

),

municipalities_counted as (

    select
        municipalities_of_tables.source,
        municipalities_of_tables.table_name,
        count(*) as municipalities_in_table,
        count(*) filter (where todays_municipalities.municipality_code is null) as not_of_today
    from municipalities_of_tables
    left join todays_municipalities
        on municipalities_of_tables.municipality_code = todays_municipalities.municipality_code
    group by municipalities_of_tables.source, municipalities_of_tables.table_name

),

borders as (

    select
        loads.source,
        loads.table_name,
        loads.border_year,
        division.border_year as division_year,
        loads.is_extract,
        cast(municipalities_counted.municipalities_in_table as integer) as municipalities_in_table,
        cast(number_of_municipalities_today.municipalities_today as integer) as municipalities_today,
        case
            when loads.border_year > division.border_year then 'newer'
            when municipalities_counted.not_of_today > 0 then 'mapped'
            when loads.border_year < division.border_year then 'unchanged'
            else 'recast'
        end as bridging
    from loads
    inner join municipalities_counted
        on
            loads.source = municipalities_counted.source
            and loads.table_name = municipalities_counted.table_name
    cross join division
    cross join number_of_municipalities_today

)

select * from borders
