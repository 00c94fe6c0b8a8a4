with

population as (

    select * from {{ ref('int_population_by_age') }}

),

key_figures as (

    select * from {{ ref('int_key_figures') }}

),

size_classes as (

    select * from {{ ref('size_classes') }}

),

population_by_year as (

    select
        municipality_code,
        reference_year,
        sum(population_count) as population_count,
        true as has_full_data
    from population
    where municipality_code not in ('SSS', 'rest')
    group by municipality_code, reference_year

),

key_figure_population_where_nothing_newer_is_loaded as (

    select
        key_figures.municipality_code,
        key_figures.reference_year,
        key_figures.value as population_count,
        false as has_full_data
    from key_figures
    left join population_by_year on key_figures.municipality_code = population_by_year.municipality_code
    where
        key_figures.key_figure = 'population'
        and key_figures.municipality_code <> 'SSS'
        and population_by_year.municipality_code is null

),

every_known_population as (

    select
        municipality_code,
        reference_year,
        population_count,
        has_full_data
    from population_by_year
    union all
    select
        municipality_code,
        reference_year,
        population_count,
        has_full_data
    from key_figure_population_where_nothing_newer_is_loaded

),

newest_year as (

    select
        municipality_code,
        max(reference_year) as reference_year
    from every_known_population
    group by municipality_code

),

municipality_size as (

    select
        every_known_population.municipality_code,
        every_known_population.reference_year,
        every_known_population.population_count,
        every_known_population.has_full_data,
        size_classes.area_code as size_class
    from every_known_population
    inner join newest_year
        on
            every_known_population.municipality_code = newest_year.municipality_code
            and every_known_population.reference_year = newest_year.reference_year
    inner join size_classes
        on
            every_known_population.population_count >= size_classes.population_from
            and (
                every_known_population.population_count <= size_classes.population_to
                or size_classes.population_to is null
            )

)

select * from municipality_size
