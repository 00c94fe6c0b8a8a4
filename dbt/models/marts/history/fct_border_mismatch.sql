with

borders as (

    select * from {{ ref('int_table_border') }}

),

municipalities_of_tables as (

    select * from {{ ref('stg_meta__municipality') }}

),

history as (

    select * from {{ ref('dim_municipality_history') }}

),

crosswalk as (

    select * from {{ ref('int_area_crosswalk') }}

),

municipalities as (

    select * from {{ ref('municipalities') }}

),

last_names as (

    select
        municipality_code,
        name_fi,
        name_sv,
        ended_by,
        receivers,
        todays_municipality_code,
        cast(valid_to + interval 1 day as date) as ended_on
    from history
    qualify row_number() over (partition by municipality_code order by valid_from desc) = 1

),

todays_municipalities as (

    select municipalities.municipality_code
    from municipalities
    inner join crosswalk
        on
            municipalities.municipality_code = crosswalk.published_code
            and municipalities.municipality_code = crosswalk.municipality_code

),

in_the_table_but_not_in_todays_division as (

    select
        borders.source,
        borders.table_name,
        borders.border_year,
        borders.division_year,
        listed.municipality_code,
        case
            when last_names.municipality_code is null then 'unknown_code'
            when last_names.ended_by = 'split' then 'divided'
            else 'merged'
        end as kind
    from borders
    inner join municipalities_of_tables as listed
        on borders.source = listed.source and borders.table_name = listed.table_name
    left join todays_municipalities on listed.municipality_code = todays_municipalities.municipality_code
    left join last_names on listed.municipality_code = last_names.municipality_code
    where todays_municipalities.municipality_code is null

),

in_todays_division_but_not_in_the_table as (

    -- An extract lacks municipalities because it is one; that is no matter of borders.
    select
        borders.source,
        borders.table_name,
        borders.border_year,
        borders.division_year,
        todays_municipalities.municipality_code,
        case
            when last_names.ended_on <= make_date(borders.border_year, 1, 1) then 'merges_later'
            else 'absent'
        end as kind
    from borders
    cross join todays_municipalities
    left join municipalities_of_tables as listed
        on
            borders.source = listed.source
            and borders.table_name = listed.table_name
            and todays_municipalities.municipality_code = listed.municipality_code
    left join last_names on todays_municipalities.municipality_code = last_names.municipality_code
    where
        listed.municipality_code is null
        and (not borders.is_extract or last_names.ended_on <= make_date(borders.border_year, 1, 1))

),

every_difference as (

    select
        source,
        table_name,
        border_year,
        division_year,
        municipality_code,
        kind
    from in_the_table_but_not_in_todays_division
    union all
    select
        source,
        table_name,
        border_year,
        division_year,
        municipality_code,
        kind
    from in_todays_division_but_not_in_the_table

),

differences_explained as (

    select
        every_difference.source,
        every_difference.table_name,
        every_difference.municipality_code,
        every_difference.border_year,
        every_difference.division_year,
        every_difference.kind,
        last_names.name_fi,
        last_names.name_sv,
        last_names.ended_on as changed_on,
        last_names.receivers,
        case when every_difference.kind = 'merged' then last_names.todays_municipality_code end
            as todays_municipality_code
    from every_difference
    left join last_names on every_difference.municipality_code = last_names.municipality_code

)

select * from differences_explained
