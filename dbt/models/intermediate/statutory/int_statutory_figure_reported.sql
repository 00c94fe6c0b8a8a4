with

group_accounts as (

    select * from {{ ref('stg_kuntatalous__municipal_group_accounts') }}

),

accounts as (

    select * from {{ ref('stg_kuntatalous__municipal_accounts') }}

),

own_accounts as (

    select * from {{ ref('stg_own__group_accounts') }}

),

statutory_figures as (

    select * from {{ ref('statutory_figures') }}

),

treasury_figures_of_whole_years as (

    select
        municipality_code,
        reference_year,
        package,
        figure,
        value_eur,
        value_status
    from group_accounts
    where last_month = 12 or last_month is null
    union all
    select
        municipality_code,
        reference_year,
        package,
        figure,
        value_eur,
        value_status
    from accounts
    where last_month = 12 or last_month is null

),

own_figures as (

    {{ own_statutory_figures('own_accounts') }}

),

figures_of_both_sources as (

    -- The law counts with what the Treasury keeps (118 § 4 mom.): a municipality's own figure is preliminary.
    select
        treasury.municipality_code,
        treasury.reference_year,
        statutory_figures.figure,
        'treasury' as basis,
        1 as preference,
        treasury.value_eur as value,
        treasury.value_status
    from treasury_figures_of_whole_years as treasury
    inner join statutory_figures
        on treasury.package = statutory_figures.package and treasury.figure = statutory_figures.figure
    where treasury.value_eur is not null
    union all
    select
        municipality_code,
        reference_year,
        figure,
        'own' as basis,
        2 as preference,
        value,
        'preliminary' as value_status
    from own_figures
    where value is not null

),

the_treasury_before_the_municipality as (

    -- rank, not row_number: two ids under one name must fail the key test instead of one of them being taken.
    select
        municipality_code,
        reference_year,
        figure,
        basis,
        value,
        value_status
    from figures_of_both_sources
    qualify rank() over (partition by municipality_code, reference_year, figure order by preference) = 1

)

select * from the_treasury_before_the_municipality
