with

statutory_figures as (

    select * from {{ ref('statutory_figures') }}

),

treasury_figures as (

    select * from {{ ref('treasury_figures') }}

),

confirmed_codes as (

    select
        package,
        figure,
        string_agg(distinct taxonomy, ', ' order by taxonomy) as confirmed_taxonomies
    from treasury_figures
    group by package, figure

),

figures_with_what_is_confirmed as (

    select
        statutory_figures.figure,
        statutory_figures.sort_order,
        statutory_figures.name_fi,
        statutory_figures.name_sv,
        statutory_figures.name_en,
        statutory_figures.package,
        statutory_figures.line_fi,
        confirmed_codes.confirmed_taxonomies,
        statutory_figures.comes_from_fi,
        statutory_figures.comes_from_sv,
        statutory_figures.comes_from_en
    from statutory_figures
    left join confirmed_codes
        on
            statutory_figures.package = confirmed_codes.package
            and statutory_figures.figure = confirmed_codes.figure

)

select * from figures_with_what_is_confirmed
