with

published_cells as (

    select * from {{ source('raw_statfin', 'unemployment_monthly') }}

),

unemployment_in_house_codes as (

    select
        {{ municipality_code('area') }} as municipality_code,
        time as reference_month,
        last_day(make_date(cast(left(time, 4) as integer), cast(right(time, 2) as integer), 1)) as month_end,
        case {{ contents_code('contents') }}
            when 'TYOTTOMATLOPUSSA' then 'unemployed_jobseekers'
            when 'TYOVOIMATK' then 'labour_force'
            when 'AVPAIKATLOPUSSA' then 'vacancies'
        end as quantity,
        {{ cell_value() }} as quantity_count,
        {{ cell_status() }} as value_status
    from published_cells

)

select * from unemployment_in_house_codes
