with

population as (

    select * from {{ ref('int_population_by_age') }}

),

people_over_74_and_all as (

    select
        municipality_code,
        reference_year,
        {{ complete_sum("case when age >= 75 then population_count else 0 end") }} as numerator,
        {{ complete_sum('population_count') }} as denominator
    from population
    group by municipality_code, reference_year

),

share_over_74 as (

    {{ yearly_ratio('share_over_74', 'people_over_74_and_all', 100) }}

)

select * from share_over_74
