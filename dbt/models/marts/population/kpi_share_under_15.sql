with

population as (

    select * from {{ ref('int_population_by_age') }}

),

people_under_15_and_all as (

    select
        municipality_code,
        reference_year,
        sum(case when age < 15 then population_count else 0 end) as numerator,
        sum(population_count) as denominator
    from population
    group by municipality_code, reference_year

),

share_under_15 as (

    {{ yearly_ratio('share_under_15', 'people_under_15_and_all', 100) }}

)

select * from share_under_15
