with

events as (

    select * from {{ ref('int_vital_events') }}

),

population as (

    select * from {{ ref('int_population_by_age') }}

),

women_of_childbearing_age as (

    select
        municipality_code,
        reference_year,
        sum(case when sex = 'female' and age between 15 and 49 then population_count else 0 end)
            as women_count
    from population
    group by municipality_code, reference_year

),

births_and_women as (

    select
        women_of_childbearing_age.municipality_code,
        women_of_childbearing_age.reference_year,
        events.live_births_count as numerator,
        women_of_childbearing_age.women_count as denominator,
        events.live_births_count as numerator_variance
    from women_of_childbearing_age
    left join events
        on
            women_of_childbearing_age.municipality_code = events.municipality_code
            and women_of_childbearing_age.reference_year = events.reference_year

),

general_fertility_rate as (

    {{ yearly_ratio('general_fertility_rate', 'births_and_women', 1000, with_interval=true, dispersion=1) }}

)

select * from general_fertility_rate
