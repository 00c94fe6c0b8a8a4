with

population as (

    select * from {{ ref('int_population_by_age') }}

),

people_over_64_and_people_of_working_age as (

    select
        municipality_code,
        reference_year,
        {{ complete_sum("case when age >= 65 then population_count else 0 end") }} as numerator,
        {{ complete_sum("case when age between 15 and 64 then population_count else 0 end") }} as denominator
    from population
    group by municipality_code, reference_year

),

old_age_dependency_ratio as (

    {{ yearly_ratio('old_age_dependency_ratio', 'people_over_64_and_people_of_working_age', 100) }}

)

select * from old_age_dependency_ratio
