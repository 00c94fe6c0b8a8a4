with

reported as (

    select * from {{ ref('int_statutory_figure_reported') }}

),

population as (

    select * from {{ ref('int_population_history') }}

),

statutory_figures as (

    select * from {{ ref('statutory_figures') }}

),

crosswalk as (

    select * from {{ ref('int_area_crosswalk') }}

),

changes as (

    select * from {{ ref('int_municipality_change') }}

),

years as (

    select distinct reference_year from reported

),

codes_of_each_year as (

    -- A code is expected until it ends, and one that only changed its number not before it got it.
    select
        crosswalk.published_code,
        crosswalk.municipality_code,
        years.reference_year
    from crosswalk
    cross join years
    left join changes as ended
        on
            crosswalk.published_code = ended.from_code
            and ended.ends_the_code
            and ended.valid_from <= {{ year_end('years.reference_year') }}
    left join changes as renumbered
        on
            crosswalk.published_code = renumbered.to_code
            and renumbered.kind = 'code_change'
            and renumbered.valid_from > {{ year_end('years.reference_year') }}
    where
        crosswalk.published_code <> 'SSS'
        and ended.from_code is null
        and renumbered.to_code is null

),

figures_that_somebody_of_todays_municipality_reported as (

    select distinct
        crosswalk.municipality_code,
        reported.reference_year,
        reported.figure
    from reported
    inner join crosswalk on reported.municipality_code = crosswalk.published_code

),

parts as (

    select
        wanted.municipality_code,
        wanted.reference_year,
        wanted.figure,
        statutory_figures.kind,
        reported.value,
        reported.basis,
        coalesce(reported.value_status, 'not_available') as value_status
    from figures_that_somebody_of_todays_municipality_reported as wanted
    inner join statutory_figures on wanted.figure = statutory_figures.figure
    inner join codes_of_each_year
        on
            wanted.municipality_code = codes_of_each_year.municipality_code
            and wanted.reference_year = codes_of_each_year.reference_year
    left join reported
        on
            codes_of_each_year.published_code = reported.municipality_code
            and wanted.reference_year = reported.reference_year
            and wanted.figure = reported.figure

),

sums_on_todays_borders as (

    -- Money is added over mergers. A rate or an average of two municipalities is no sum: it is left out.
    select
        municipality_code,
        reference_year,
        figure,
        case when kind = 'additive' or count(*) = 1 then {{ complete_sum('value') }} end as value,
        {{ weakest_status('value_status') }} as value_status,
        case when min(basis) = max(basis) then min(basis) else 'mixed' end as basis
    from parts
    group by municipality_code, reference_year, figure, kind

),

figures_and_population as (

    select
        municipality_code,
        reference_year,
        figure,
        value,
        value_status,
        basis
    from sums_on_todays_borders
    where value is not null
    union all
    select
        municipality_code,
        reference_year,
        'population' as figure,
        cast(population_count as double) as value,
        'final' as value_status,
        'statistics' as basis
    from population
    where municipality_code not in ('SSS', 'rest')

)

select * from figures_and_population
