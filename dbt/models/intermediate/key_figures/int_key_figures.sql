with

published_figures as (

    select * from {{ ref('int_key_figure_published') }}

),

denominators as (

    select * from {{ ref('int_key_figure_denominator') }}

),

key_figures as (

    select * from {{ ref('key_figures') }}

),

crosswalk as (

    select * from {{ ref('int_area_crosswalk') }}

),

figures_with_their_parts as (

    select
        crosswalk.municipality_code,
        published_figures.reference_year,
        published_figures.key_figure,
        key_figures.kind,
        key_figures.scale,
        published_figures.value,
        published_figures.value_status,
        published_figures.value * denominators.denominator_count / key_figures.scale as numerator,
        denominators.denominator_count as denominator
    from published_figures
    inner join key_figures on published_figures.key_figure = key_figures.key_figure
    inner join crosswalk on published_figures.municipality_code = crosswalk.published_code
    left join denominators
        on
            published_figures.municipality_code = denominators.municipality_code
            and published_figures.reference_year = denominators.reference_year
            and key_figures.denominator = denominators.denominator

),

parts_added_over_mergers as (

    select
        municipality_code,
        reference_year,
        key_figure,
        kind,
        scale,
        count(*) as published_parts,
        {{ weakest_status('value_status') }} as parts_status,
        {{ complete_sum('value') }} as value_sum,
        {{ complete_sum('numerator') }} as numerator,
        {{ complete_sum('denominator') }} as denominator
    from figures_with_their_parts
    group by municipality_code, reference_year, key_figure, kind, scale

),

figures_on_todays_borders as (

    -- Counts are added; a ratio stays as published unless municipalities merged: then that of its parts.
    select
        municipality_code,
        reference_year,
        key_figure,
        case
            when parts_status not in ('final', 'preliminary') then null
            when kind = 'count' or published_parts = 1 then value_sum
            else {{ ratio('numerator', 'denominator', 'scale') }}
        end as value,
        parts_status,
        numerator,
        denominator
    from parts_added_over_mergers

),

figures_with_status as (

    select
        municipality_code,
        reference_year,
        key_figure,
        value,
        case
            when value is null and parts_status in ('final', 'preliminary') then 'not_available'
            else parts_status
        end as value_status,
        numerator,
        denominator
    from figures_on_todays_borders

)

select * from figures_with_status
