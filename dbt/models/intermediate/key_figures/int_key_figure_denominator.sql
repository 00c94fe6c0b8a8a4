with

published_figures as (

    select * from {{ ref('int_key_figure_published') }}

),

population as (

    select * from {{ ref('int_population_by_age') }}

),

crosswalk as (

    select * from {{ ref('int_area_crosswalk') }}

),

published_counts as (

    select
        municipality_code,
        reference_year,
        key_figure as denominator,
        value as denominator_count
    from published_figures
    where key_figure in ('population', 'employed', 'workplaces', 'household_dwelling_units')

),

labour_force_from_the_employed_and_the_unemployed_share as (

    select
        employed.municipality_code,
        employed.reference_year,
        'labour_force' as denominator,
        employed.value / (1 - unemployed_share.value / 100) as denominator_count
    from published_figures as employed
    inner join published_figures as unemployed_share
        on
            employed.municipality_code = unemployed_share.municipality_code
            and employed.reference_year = unemployed_share.reference_year
            and unemployed_share.key_figure = 'unemployed_share'
    where employed.key_figure = 'employed' and unemployed_share.value < 100

),

people_of_15_and_over_from_all_and_the_share_under_15 as (

    select
        population.municipality_code,
        population.reference_year,
        'population_15_over' as denominator,
        population.value * (1 - under_15.value / 100) as denominator_count
    from published_figures as population
    inner join published_figures as under_15
        on
            population.municipality_code = under_15.municipality_code
            and population.reference_year = under_15.reference_year
            and under_15.key_figure = 'under_15_share'
    where population.key_figure = 'population'

),

municipalities_that_are_one_in_the_key_figures as (

    -- The population table is on today's borders: it gives no count for the parts of a merged municipality.
    select
        crosswalk.municipality_code,
        published_figures.reference_year
    from published_figures
    inner join crosswalk on published_figures.municipality_code = crosswalk.published_code
    group by crosswalk.municipality_code, published_figures.reference_year
    having count(distinct published_figures.municipality_code) = 1

),

loaded_population as (

    select
        population.municipality_code,
        population.reference_year,
        sum(population.population_count) as population_count,
        sum(case when population.age between 18 and 64 then population.population_count else 0 end)
            as population_18_64_count,
        sum(case when population.age >= 15 then population.population_count else 0 end)
            as population_15_over_count
    from population
    inner join municipalities_that_are_one_in_the_key_figures as unmerged
        on
            population.municipality_code = unmerged.municipality_code
            and population.reference_year = unmerged.reference_year
    group by population.municipality_code, population.reference_year

),

population_of_years_without_a_published_count as (

    select
        loaded_population.municipality_code,
        loaded_population.reference_year,
        'population' as denominator,
        loaded_population.population_count as denominator_count
    from loaded_population
    left join published_counts
        on
            loaded_population.municipality_code = published_counts.municipality_code
            and loaded_population.reference_year = published_counts.reference_year
            and published_counts.denominator = 'population'
    where published_counts.municipality_code is null

),

denominators as (

    select
        municipality_code,
        reference_year,
        denominator,
        denominator_count
    from published_counts
    union all
    select
        municipality_code,
        reference_year,
        denominator,
        denominator_count
    from labour_force_from_the_employed_and_the_unemployed_share
    union all
    select
        municipality_code,
        reference_year,
        denominator,
        denominator_count
    from people_of_15_and_over_from_all_and_the_share_under_15
    union all
    select
        municipality_code,
        reference_year,
        denominator,
        denominator_count
    from population_of_years_without_a_published_count
    union all
    select
        municipality_code,
        reference_year,
        'population_18_64' as denominator,
        population_18_64_count as denominator_count
    from loaded_population
    union all
    select
        municipality_code,
        reference_year,
        'population_15_over' as denominator,
        population_15_over_count as denominator_count
    from loaded_population

)

select * from denominators
