with

rows_handed_in as (

    select * from {{ source('raw_own', 'staff') }}

),

rows_in_house_types as (

    select
        municipality_code,
        month as reference_month,
        sector,
        cast(staff_count as integer) as staff_count,
        cast(fixed_term_count as integer) as fixed_term_count,
        person_years,
        sick_leave_days,
        cast(permanent_count as integer) as permanent_count,
        cast(permanent_leavers as integer) as permanent_leavers,
        cast(retired as integer) as retired,
        cast(retiring_5_years as integer) as retiring_5_years,
        cast(retiring_10_years as integer) as retiring_10_years,
        cast(open_vacancies as integer) as open_vacancies,
        cast(filled_vacancies as integer) as filled_vacancies,
        cast(accidents as integer) as accidents,
        hours_worked,
        training_days,
        wellbeing_index,
        cast(women_pay_eur as double) as women_pay_eur,
        cast(men_pay_eur as double) as men_pay_eur,
        remark,
        _version as submission_version,
        _landing_id as landing_id
    from rows_handed_in

)

select * from rows_in_house_types
