with

unemployment as (

    select * from {{ ref('int_unemployment') }}

),

jobseekers_and_labour_force as (

    select
        municipality_code,
        reference_month,
        month_end,
        unemployed_count as numerator,
        labour_force_count as denominator,
        value_status
    from unemployment

),

unemployed_jobseeker_share as (

    {{ monthly_ratio('unemployed_jobseeker_share', 'jobseekers_and_labour_force', 100) }}

)

select * from unemployed_jobseeker_share
