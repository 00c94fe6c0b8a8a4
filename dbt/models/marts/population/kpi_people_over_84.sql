with

population as (

    select * from {{ ref('int_population_by_age') }}

),

people_aged_85_and_over as (

    select
        municipality_code,
        reference_year,
        {{ complete_sum("case when age >= 85 then population_count else 0 end") }} as numerator
    from population
    group by municipality_code, reference_year

),

people_over_84 as (

    {{ yearly_count('people_over_84', 'people_aged_85_and_over') }}

)

select * from people_over_84
