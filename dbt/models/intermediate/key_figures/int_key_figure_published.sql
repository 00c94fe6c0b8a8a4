with

series_2017 as (

    select * from {{ ref('stg_keyfigures__key_figures_series_2017') }}

),

edition_2021 as (

    select * from {{ ref('stg_keyfigures__key_figures_edition_2021') }}

),

key_figures as (

    select * from {{ ref('key_figures') }}

),

figures_of_both_editions as (

    select
        series_2017.municipality_code,
        series_2017.reference_year,
        key_figures.key_figure,
        series_2017.value,
        series_2017.value_status
    from series_2017
    inner join key_figures on series_2017.published_name = key_figures.series_2017_name
    union all
    select
        edition_2021.municipality_code,
        edition_2021.reference_year,
        key_figures.key_figure,
        edition_2021.value,
        edition_2021.value_status
    from edition_2021
    inner join key_figures on edition_2021.published_name = key_figures.edition_2021_name

),

without_group_accounts as (

    -- The publisher prints 0 where no group accounts exist. A group cannot owe less than its municipality,
    -- so a zero beside the municipality's own loans says "does not apply".
    select
        group_loans.municipality_code,
        group_loans.reference_year,
        group_loans.key_figure
    from figures_of_both_editions as group_loans
    inner join figures_of_both_editions as own_loans
        on
            group_loans.municipality_code = own_loans.municipality_code
            and group_loans.reference_year = own_loans.reference_year
            and own_loans.key_figure = 'loans'
    where group_loans.key_figure = 'group_loans' and group_loans.value = 0 and own_loans.value > 0

),

published_figures as (

    select
        figures_of_both_editions.municipality_code,
        figures_of_both_editions.reference_year,
        figures_of_both_editions.key_figure,
        figures_of_both_editions.value,
        case
            when without_group_accounts.municipality_code is not null then 'not_applicable'
            else figures_of_both_editions.value_status
        end as value_status
    from figures_of_both_editions
    left join without_group_accounts
        on
            figures_of_both_editions.municipality_code = without_group_accounts.municipality_code
            and figures_of_both_editions.reference_year = without_group_accounts.reference_year
            and figures_of_both_editions.key_figure = without_group_accounts.key_figure

)

select * from published_figures
