with

municipality_years as (

    select * from {{ ref('int_statutory_year') }}

),

figures as (

    select * from {{ ref('int_statutory_figure') }}

),

comparisons as (

    select * from {{ ref('int_statutory_comparison') }}

),

needs as (

    select * from {{ ref('statutory_figure_needs') }}

),

statutory_figures as (

    select * from {{ ref('statutory_figures') }}

),

figures_at_hand as (

    select
        municipality_code,
        reference_year,
        figure,
        value_status,
        basis
    from figures
    where figure not in ('average_income_tax_rate', 'average_group_loans_and_leases')
    union all
    select
        municipality_code,
        reference_year,
        figure,
        case when basis = 'own' then 'preliminary' else 'final' end as value_status,
        basis
    from comparisons

),

needed_figures as (

    select
        municipality_years.municipality_code,
        municipality_years.reference_year,
        needs.criterion_id,
        needs.figure,
        figures_at_hand.value_status,
        case when figures_at_hand.basis in ('treasury', 'own', 'mixed') then figures_at_hand.basis end
            as basis,
        figures_at_hand.figure is null as is_missing
    from municipality_years
    cross join needs
    left join figures_at_hand
        on
            municipality_years.municipality_code = figures_at_hand.municipality_code
            and municipality_years.reference_year = figures_at_hand.reference_year
            and needs.figure = figures_at_hand.figure

),

evidence as (

    select
        needed_figures.municipality_code,
        needed_figures.reference_year,
        needed_figures.criterion_id,
        coalesce(bool_or(needed_figures.value_status = 'preliminary'), false) as is_preliminary,
        case
            when min(needed_figures.basis) = max(needed_figures.basis) then min(needed_figures.basis)
            when min(needed_figures.basis) is not null then 'mixed'
        end as basis,
        {{ missing_in_words('fi') }} as missing_fi,
        {{ missing_in_words('sv') }} as missing_sv,
        {{ missing_in_words('en') }} as missing_en,
        string_agg(
            case when needed_figures.is_missing then needed_figures.figure end,
            ','
            order by statutory_figures.sort_order
        ) as missing
    from needed_figures
    inner join statutory_figures on needed_figures.figure = statutory_figures.figure
    group by needed_figures.municipality_code, needed_figures.reference_year, needed_figures.criterion_id

)

select * from evidence
