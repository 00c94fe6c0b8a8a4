with

population as (

    select * from {{ ref('int_population_by_age') }}

),

children_of_school_age as (

    select
        municipality_code,
        reference_year,
        {{ complete_sum("case when age between 7 and 15 then population_count else 0 end") }} as numerator
    from population
    group by municipality_code, reference_year

),

children_7_15 as (

    {{ yearly_count('children_7_15', 'children_of_school_age') }}

)

select * from children_7_15
