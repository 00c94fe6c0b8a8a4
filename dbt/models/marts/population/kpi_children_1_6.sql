with

population as (

    select * from {{ ref('int_population_by_age') }}

),

children_of_early_education_age as (

    select
        municipality_code,
        reference_year,
        {{ complete_sum("case when age between 1 and 6 then population_count else 0 end") }} as numerator
    from population
    group by municipality_code, reference_year

),

children_1_6 as (

    {{ yearly_count('children_1_6', 'children_of_early_education_age') }}

)

select * from children_1_6
