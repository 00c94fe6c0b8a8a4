with

figures as (

    select * from {{ ref('int_statutory_figure') }}

),

comparisons as (

    select * from {{ ref('int_statutory_comparison') }}

),

deficit_cover as (

    select * from {{ ref('int_deficit_cover') }}

),

imputed_repayment as (

    select limit_value as repayment_years
    from {{ ref('statutory_parameters') }}
    where parameter_id = 'imputed_repayment_years'

),

figures_side_by_side as (

    select
        municipality_code,
        reference_year,
        max(case when figure = 'group_annual_margin' then value end) as margin_eur,
        max(case when figure = 'discretionary_transfer' then value end) as discretionary_eur,
        max(case when figure = 'group_depreciation' then value end) as depreciation_eur,
        max(case when figure = 'group_interest_expenses' then value end) as interest_eur,
        max(case when figure = 'group_loans' then value end) as loans_eur,
        max(case when figure = 'group_loans' then value end)
        + max(case when figure = 'group_lease_liabilities' then value end) as loans_and_leases_eur,
        max(case when figure = 'group_accumulated_surplus' then value end) as surplus_eur,
        max(case when figure = 'income_tax_rate' then value end) as income_tax_rate_pct,
        max(case when figure = 'population' then value end) as population_count
    from figures
    group by municipality_code, reference_year
    having count(case when figure <> 'population' then figure end) > 0

),

figures_beside_the_averages as (

    select
        figures_side_by_side.municipality_code,
        figures_side_by_side.reference_year,
        figures_side_by_side.income_tax_rate_pct,
        {{ ratio('figures_side_by_side.loans_and_leases_eur', 'figures_side_by_side.population_count', 1) }}
            as loans_and_leases_per_capita,
        comparisons.figure,
        comparisons.lower_average,
        comparisons.upper_average,
        case when comparisons.lower_average = comparisons.upper_average then comparisons.upper_average end
            as comparison_value
    from figures_side_by_side
    inner join comparisons
        on
            figures_side_by_side.municipality_code = comparisons.municipality_code
            and figures_side_by_side.reference_year = comparisons.reference_year

),

debt_service as (

    -- Interest is added on both sides as a positive amount: one that is told as negative gives no ratio.
    select
        figures.municipality_code,
        figures.reference_year,
        case when figures.interest_eur >= 0 then figures.margin_eur + figures.interest_eur end
            as own_funds_eur,
        figures.interest_eur + figures.loans_eur / imputed_repayment.repayment_years as payments_eur,
        coalesce(figures.loans_eur = 0 and figures.interest_eur = 0, false) as is_without_debt
    from figures_side_by_side as figures
    cross join imputed_repayment

),

bounds as (

    -- The increase at the ministry's discretion is taken off the margin (118 § 4 mom.). While it is unknown,
    -- the ratio is at most the one with the whole margin.
    select
        municipality_code,
        reference_year,
        'group_margin_to_depreciation' as criterion_id,
        {{ ratio('(margin_eur - discretionary_eur)', 'depreciation_eur', 100) }} as lower,
        {{ ratio('(margin_eur - coalesce(discretionary_eur, 0))', 'depreciation_eur', 100) }} as upper,
        cast(null as double) as comparison_value,
        false as is_without_figure
    from figures_side_by_side
    union all
    select
        municipality_code,
        reference_year,
        'income_tax_gap' as criterion_id,
        income_tax_rate_pct - upper_average as lower,
        income_tax_rate_pct - lower_average as upper,
        comparison_value,
        false as is_without_figure
    from figures_beside_the_averages
    where figure = 'average_income_tax_rate'
    union all
    select
        municipality_code,
        reference_year,
        'group_loans_and_leases' as criterion_id,
        {{ ratio('loans_and_leases_per_capita', 'upper_average', 100) }} - 100 as lower,
        {{ ratio('loans_and_leases_per_capita', 'lower_average', 100) }} - 100 as upper,
        comparison_value,
        false as is_without_figure
    from figures_beside_the_averages
    where figure = 'average_group_loans_and_leases'
    union all
    -- Without loans and interest there is no debt to serve, and the ratio is no figure.
    select
        municipality_code,
        reference_year,
        'imputed_debt_service' as criterion_id,
        {{ ratio('own_funds_eur', 'payments_eur', 1) }} as lower,
        {{ ratio('own_funds_eur', 'payments_eur', 1) }} as upper,
        cast(null as double) as comparison_value,
        is_without_debt as is_without_figure
    from debt_service
    union all
    select
        municipality_code,
        reference_year,
        'group_deficit' as criterion_id,
        {{ ratio('-surplus_eur', 'population_count', 1) }} as lower,
        {{ ratio('-surplus_eur', 'population_count', 1) }} as upper,
        cast(null as double) as comparison_value,
        false as is_without_figure
    from figures_side_by_side
    union all
    select
        municipality_code,
        reference_year,
        'deficit_cover' as criterion_id,
        earliest_deadline - reference_year as lower,
        latest_deadline - reference_year as upper,
        cast(null as double) as comparison_value,
        accumulated_surplus_eur >= 0 as is_without_figure
    from deficit_cover

),

bounds_without_noise as (

    select
        municipality_code,
        reference_year,
        criterion_id,
        {{ as_in_the_law('lower') }} as lower,
        {{ as_in_the_law('upper') }} as upper,
        comparison_value,
        is_without_figure
    from bounds
    where lower is not null or upper is not null or is_without_figure

)

select * from bounds_without_noise
