with

criteria as (

    select * from {{ ref('int_statutory_criterion') }}

),

group_loans as (

    select * from {{ ref('kpi_group_loans_per_capita') }}

),

criteria_with_the_year_before as (

    select
        criteria.*,
        the_year_before.is_past_limit_as_previous as is_past_limit_previous_year
    from criteria
    left join criteria as the_year_before
        on
            criteria.municipality_code = the_year_before.municipality_code
            and criteria.criterion_id = the_year_before.criterion_id
            and criteria.reference_year - 1 = the_year_before.reference_year

),

nearest_known_loans as (

    -- Loans without leases are not the figure of the law: they are shown beside it under their own name.
    select
        criteria.municipality_code,
        criteria.reference_year,
        group_loans.value as nearest_value,
        cast(group_loans.period as integer) as nearest_year
    from criteria
    inner join group_loans
        on
            criteria.municipality_code = group_loans.municipality_code
            and group_loans.value is not null
            and cast(group_loans.period as integer) <= criteria.reference_year
    where criteria.criterion_id = 'group_loans_and_leases' and criteria.value_status = 'not_available'
    qualify
        row_number() over (
            partition by criteria.municipality_code, criteria.reference_year
            order by group_loans.period desc
        ) = 1

),

criteria_as_published as (

    select
        criteria.municipality_code,
        criteria.criterion_id,
        criteria.reference_year,
        criteria.value,
        criteria.lower,
        criteria.upper,
        cast(criteria.limit_value as double) as limit_value,
        criteria.distance,
        criteria.is_past_limit,
        criteria.is_past_limit_previous_year,
        case
            when criteria.criterion_id <> 'deficit_cover'
                then criteria.is_past_limit and criteria.is_past_limit_previous_year
        end as is_past_limit_two_years,
        criteria.value_status,
        criteria.basis,
        criteria.comparison_value,
        criteria.missing,
        criteria.missing_fi,
        criteria.missing_sv,
        criteria.missing_en,
        case when nearest.nearest_value is not null then 'group_loans_per_capita' end as nearest_kpi_id,
        nearest.nearest_value,
        nearest.nearest_year
    from criteria_with_the_year_before as criteria
    left join nearest_known_loans as nearest
        on
            criteria.municipality_code = nearest.municipality_code
            and criteria.reference_year = nearest.reference_year
            and criteria.criterion_id = 'group_loans_and_leases'

)

select * from criteria_as_published
