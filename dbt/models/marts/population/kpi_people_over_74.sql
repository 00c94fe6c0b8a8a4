with

population as (

    select * from {{ ref('int_population_by_age') }}

),

people_aged_75_and_over as (

    select
        municipality_code,
        reference_year,
        {{ complete_sum("case when age >= 75 then population_count else 0 end") }} as numerator
    from population
    group by municipality_code, reference_year

),

people_over_74 as (

    {{ yearly_count('people_over_74', 'people_aged_75_and_over') }}

)

select * from people_over_74
