with

population as (

    select * from {{ ref('int_population_by_age') }}

),

dependants_and_people_of_working_age as (

    select
        municipality_code,
        reference_year,
        sum(case when age < 15 or age >= 65 then population_count else 0 end) as numerator,
        sum(case when age between 15 and 64 then population_count else 0 end) as denominator
    from population
    group by municipality_code, reference_year

),

demographic_dependency_ratio as (

    {{ yearly_ratio('demographic_dependency_ratio', 'dependants_and_people_of_working_age', 100) }}

)

select * from demographic_dependency_ratio
