with

population as (

    select * from {{ ref('int_population_by_age') }}

),

young_women_and_young_men as (

    select
        municipality_code,
        reference_year,
        {{
            complete_sum("case when sex = 'female' and age between 20 and 39 then population_count else 0 end")
        }} as numerator,
        {{
            complete_sum("case when sex = 'male' and age between 20 and 39 then population_count else 0 end")
        }} as denominator
    from population
    group by municipality_code, reference_year

),

women_per_100_men_20_39 as (

    {{ yearly_ratio('women_per_100_men_20_39', 'young_women_and_young_men', 100) }}

)

select * from women_per_100_men_20_39
