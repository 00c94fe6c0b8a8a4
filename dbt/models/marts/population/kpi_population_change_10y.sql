with

events as (

    select * from {{ ref('int_vital_events') }}

),

change_since_ten_years_before as (

    select
        this_year.municipality_code,
        this_year.reference_year,
        this_year.population_count - earlier.population_count as numerator,
        earlier.population_count as denominator
    from events as this_year
    left join events as earlier
        on
            this_year.municipality_code = earlier.municipality_code
            and this_year.reference_year = earlier.reference_year + 10

),

population_change_10y as (

    {{ yearly_ratio('population_change_10y', 'change_since_ten_years_before', 100) }}

)

select * from population_change_10y
