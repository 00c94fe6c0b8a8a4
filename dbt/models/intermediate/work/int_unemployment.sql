with

cells as (

    select * from {{ ref('stg_statfin__unemployment_monthly') }}

),

crosswalk as (

    select * from {{ ref('int_area_crosswalk') }}

),

division as (

    select * from {{ ref('int_division') }}

),

one_row_per_published_municipality as (

    select
        crosswalk.municipality_code,
        cells.municipality_code as published_code,
        cells.reference_month,
        cells.month_end,
        max(case when cells.quantity = 'unemployed_jobseekers' then cells.quantity_count end)
            as unemployed_count,
        max(case when cells.quantity = 'labour_force' then cells.quantity_count end) as labour_force_count,
        {{ weakest_status('cells.value_status') }} as value_status
    from cells
    inner join crosswalk on cells.municipality_code = crosswalk.published_code
    where cells.quantity in ('unemployed_jobseekers', 'labour_force')
    group by crosswalk.municipality_code, cells.municipality_code, cells.reference_month, cells.month_end

),

unemployment_on_todays_borders as (

    select
        municipality_code,
        reference_month,
        month_end,
        {{ complete_sum('unemployed_count') }} as unemployed_count,
        {{ complete_sum('labour_force_count') }} as labour_force_count,
        {{ weakest_status('value_status') }} as value_status
    from one_row_per_published_municipality
    group by municipality_code, reference_month, month_end

),

sum_of_loaded_municipalities as (

    select
        reference_month,
        {{ complete_sum('unemployed_count') }} as unemployed_count,
        {{ complete_sum('labour_force_count') }} as labour_force_count
    from unemployment_on_todays_borders
    where municipality_code <> 'SSS'
    group by reference_month

),

rest_of_the_country as (

    select
        'rest' as municipality_code,
        country.reference_month,
        country.month_end,
        country.unemployed_count - loaded.unemployed_count as unemployed_count,
        country.labour_force_count - loaded.labour_force_count as labour_force_count,
        case
            when loaded.unemployed_count is null or loaded.labour_force_count is null then 'not_available'
            else country.value_status
        end as value_status
    from unemployment_on_todays_borders as country
    inner join sum_of_loaded_municipalities as loaded on country.reference_month = loaded.reference_month
    inner join division on division.is_partial
    where country.municipality_code = 'SSS'

),

unemployment_with_the_rest as (

    select
        municipality_code,
        reference_month,
        month_end,
        unemployed_count,
        labour_force_count,
        value_status
    from unemployment_on_todays_borders
    union all
    select
        municipality_code,
        reference_month,
        month_end,
        unemployed_count,
        labour_force_count,
        value_status
    from rest_of_the_country

)

select * from unemployment_with_the_rest
