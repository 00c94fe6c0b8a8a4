with

population as (

    select * from {{ ref('int_population_by_age') }}

),

years_lived_and_people as (

    select
        municipality_code,
        reference_year,
        {{ complete_sum('age * population_count') }} as numerator,
        {{ complete_sum('population_count') }} as denominator
    from population
    group by municipality_code, reference_year

),

mean_age as (

    {{ yearly_ratio('mean_age', 'years_lived_and_people', 1) }}

)

select * from mean_age
