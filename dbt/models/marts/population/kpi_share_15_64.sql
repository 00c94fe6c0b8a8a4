with

population as (

    select * from {{ ref('int_population_by_age') }}

),

people_of_working_age_and_all as (

    select
        municipality_code,
        reference_year,
        {{ complete_sum("case when age between 15 and 64 then population_count else 0 end") }} as numerator,
        {{ complete_sum('population_count') }} as denominator
    from population
    group by municipality_code, reference_year

),

share_15_64 as (

    {{ yearly_ratio('share_15_64', 'people_of_working_age_and_all', 100) }}

)

select * from share_15_64
