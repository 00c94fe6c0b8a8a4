with

municipalities as (

    select * from {{ ref('municipalities') }}

),

named_periods as (

    select * from {{ ref('municipality_names') }}

),

changes as (

    select * from {{ ref('int_municipality_change') }}

),

crosswalk as (

    select * from {{ ref('int_area_crosswalk') }}

),

names_that_never_changed as (

    select
        municipalities.municipality_code,
        municipalities.name_fi,
        municipalities.name_sv,
        {{ first_year_of_history() }} as valid_from
    from municipalities
    left join named_periods on municipalities.municipality_code = named_periods.municipality_code
    where named_periods.municipality_code is null

),

names_with_first_day as (

    select
        municipality_code,
        name_fi,
        name_sv,
        valid_from
    from names_that_never_changed
    union all
    select
        municipality_code,
        name_fi,
        name_sv,
        coalesce(valid_from, {{ first_year_of_history() }}) as valid_from
    from named_periods

),

names_with_next_name as (

    select
        municipality_code,
        name_fi,
        name_sv,
        valid_from,
        lead(valid_from) over (partition by municipality_code order by valid_from) as renamed_on
    from names_with_first_day

),

ends_of_codes as (

    select
        from_code as municipality_code,
        min(valid_from) as ended_on,
        min(kind) as kind,
        case when count(*) = 1 then min(to_code) end as successor_code,
        string_agg(to_code, ',' order by to_code) as receivers,
        min(source) as source
    from changes
    where ends_the_code
    group by from_code

),

history as (

    select
        named.municipality_code,
        named.valid_from,
        named.name_fi,
        named.name_sv,
        cast(coalesce(named.renamed_on, ends_of_codes.ended_on) - interval 1 day as date) as valid_to,
        case when named.renamed_on is not null then 'renamed' else ends_of_codes.kind end as ended_by,
        case
            when named.renamed_on is not null then named.municipality_code
            else ends_of_codes.successor_code
        end as successor_code,
        case when named.renamed_on is null then ends_of_codes.receivers end as receivers,
        crosswalk.municipality_code as todays_municipality_code,
        named.valid_from = {{ first_year_of_history() }} as began_earlier,
        coalesce(
            case when named.renamed_on is null then ends_of_codes.source end,
            'Tilastokeskus, kuntaluokitus'
        ) as source
    from names_with_next_name as named
    left join ends_of_codes on named.municipality_code = ends_of_codes.municipality_code
    left join crosswalk on named.municipality_code = crosswalk.published_code

)

select * from history
