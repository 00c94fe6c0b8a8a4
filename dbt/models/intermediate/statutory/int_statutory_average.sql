with

figures as (

    select * from {{ ref('int_statutory_figure') }}

),

official_averages as (

    select * from {{ ref('statutory_averages') }}

),

municipality_size as (

    select * from {{ ref('int_municipality_size') }}

),

municipalities as (

    select * from {{ ref('municipalities') }}

),

division as (

    select * from {{ ref('int_division') }}

),

years as (

    select distinct reference_year
    from figures
    where figure in ('group_loans', 'taxable_income')

),

figures_of_every_municipality as (

    -- A partial load knows no average of all: it has no row here.
    select
        municipality_size.municipality_code,
        municipalities.is_aland,
        years.reference_year,
        max(case when figures.figure = 'group_loans' then figures.value end)
        + max(case when figures.figure = 'group_lease_liabilities' then figures.value end)
            as loans_and_leases_eur,
        max(case when figures.figure = 'population' then figures.value end) as population_count,
        max(case when figures.figure = 'income_tax_rate' then figures.value end) as income_tax_rate_pct,
        max(case when figures.figure = 'taxable_income' then figures.value end) as taxable_income_eur
    from municipality_size
    inner join municipalities on municipality_size.municipality_code = municipalities.municipality_code
    inner join division on not division.is_partial
    cross join years
    left join figures
        on
            municipality_size.municipality_code = figures.municipality_code
            and years.reference_year = figures.reference_year
    group by municipality_size.municipality_code, municipalities.is_aland, years.reference_year

),

sums_of_the_mainland_and_of_all as (

    select
        reference_year,
        'mainland' as reading,
        {{ complete_sum('loans_and_leases_eur') }} as loans_and_leases_eur,
        {{ complete_sum('population_count') }} as population_count,
        {{ complete_sum('income_tax_rate_pct * taxable_income_eur') }} as weighted_rates,
        {{ complete_sum('taxable_income_eur') }} as taxable_income_eur
    from figures_of_every_municipality
    where not is_aland
    group by reference_year
    union all
    select
        reference_year,
        'all' as reading,
        cast(null as double) as loans_and_leases_eur,
        {{ complete_sum('population_count') }} as population_count,
        {{ complete_sum('income_tax_rate_pct * taxable_income_eur') }} as weighted_rates,
        {{ complete_sum('taxable_income_eur') }} as taxable_income_eur
    from figures_of_every_municipality
    group by reference_year

),

averages as (

    select
        reference_year,
        figure,
        'official' as reading,
        value
    from official_averages
    where verification = 'verified'
    union all
    select
        reference_year,
        'average_group_loans_and_leases' as figure,
        reading,
        {{ ratio('loans_and_leases_eur', 'population_count', 1) }} as value
    from sums_of_the_mainland_and_of_all
    union all
    select
        reference_year,
        'average_income_tax_rate' as figure,
        reading,
        {{ ratio('weighted_rates', 'taxable_income_eur', 1) }} as value
    from sums_of_the_mainland_and_of_all

),

averages_that_are_known as (

    select
        reference_year,
        figure,
        reading,
        value
    from averages
    where value is not null

)

select * from averages_that_are_known
