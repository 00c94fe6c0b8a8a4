with

figures as (

    select * from {{ ref('int_statutory_figure') }}

),

own_accounts as (

    select * from {{ ref('stg_own__group_accounts') }}

),

crosswalk as (

    select * from {{ ref('int_area_crosswalk') }}

),

changes as (

    select * from {{ ref('int_municipality_change') }}

),

parameters as (

    select first_accounts_year
    from {{ ref('statutory_parameters') }}
    where parameter_id = 'deficit_cover'

),

balances as (

    select
        municipality_code,
        reference_year,
        value as accumulated_surplus_eur
    from figures
    where figure = 'accumulated_surplus'

),

deficits_in_runs_of_consecutive_years as (

    select
        municipality_code,
        reference_year,
        reference_year
        - row_number() over (partition by municipality_code order by reference_year) as run
    from balances
    where accumulated_surplus_eur < 0

),

runs as (

    select
        municipality_code,
        run,
        min(reference_year) as run_start
    from deficits_in_runs_of_consecutive_years
    group by municipality_code, run

),

mergers as (

    select
        crosswalk.municipality_code,
        changes.valid_from
    from changes
    inner join crosswalk on changes.to_code = crosswalk.published_code
    where changes.kind = 'merger'

),

extensions as (

    select
        crosswalk.municipality_code,
        own_accounts.reference_year,
        bool_or(own_accounts.is_deadline_extended) as is_extended
    from own_accounts
    inner join crosswalk on own_accounts.municipality_code = crosswalk.published_code
    where own_accounts.is_deadline_extended is not null
    group by crosswalk.municipality_code, own_accounts.reference_year

),

deficits_with_their_start as (

    select
        deficits.municipality_code,
        deficits.reference_year,
        greatest(runs.run_start, parameters.first_accounts_year) as first_deficit_year,
        runs.run_start <= parameters.first_accounts_year or previous_balance.municipality_code is not null
            as is_start_known,
        runs.run_start <= parameters.first_accounts_year as is_from_the_transition,
        bool_or(extensions.is_extended) as is_extended,
        count(mergers.valid_from) > 0 as has_merged
    from deficits_in_runs_of_consecutive_years as deficits
    inner join runs on deficits.municipality_code = runs.municipality_code and deficits.run = runs.run
    cross join parameters
    left join balances as previous_balance
        on
            runs.municipality_code = previous_balance.municipality_code
            and runs.run_start - 1 = previous_balance.reference_year
    left join extensions
        on
            deficits.municipality_code = extensions.municipality_code
            and runs.run_start <= extensions.reference_year
            and deficits.reference_year >= extensions.reference_year
    left join mergers
        on
            deficits.municipality_code = mergers.municipality_code
            and mergers.valid_from >= make_date(runs.run_start, 1, 1)
            and mergers.valid_from <= {{ year_end('deficits.reference_year') }}
    group by
        deficits.municipality_code,
        deficits.reference_year,
        runs.run_start,
        parameters.first_accounts_year,
        previous_balance.municipality_code

)

select * from deficits_with_their_start
