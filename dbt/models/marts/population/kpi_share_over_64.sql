with

population as (

    select * from {{ ref('int_population_by_age') }}

),

people_over_64_and_all as (

    select
        municipality_code,
        reference_year,
        sum(case when age >= 65 then population_count else 0 end) as numerator,
        sum(population_count) as denominator
    from population
    group by municipality_code, reference_year

),

share_over_64 as (

    {{ yearly_ratio('share_over_64', 'people_over_64_and_all', 100) }}

)

select * from share_over_64
