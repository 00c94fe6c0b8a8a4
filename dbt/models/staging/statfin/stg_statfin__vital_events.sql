with

published_cells as (

    select * from {{ source('raw_statfin', 'vital_events') }}

),

events_in_house_codes as (

    select
        {{ municipality_code('area') }} as municipality_code,
        cast(time as integer) as reference_year,
        case {{ contents_code('contents') }}
            when 'vm01' then 'live_births'
            when 'vm11' then 'deaths'
            when 'luonvalisays' then 'natural_increase'
            when 'vm43_tulo' then 'in_migration'
            when 'vm43_lahto' then 'out_migration'
            when 'vm43_netto' then 'net_internal_migration'
            when 'vm41' then 'immigration'
            when 'vm42' then 'emigration'
            when 'vm4142' then 'net_immigration'
            when 'koknetmuutto' then 'net_migration'
            when 'valisays' then 'increase'
            when 'vakorjaus' then 'correction'
            when 'kokmuutos' then 'total_change'
            when 'vaesto' then 'population'
        end as event,
        {{ cell_value() }} as event_count,
        {{ cell_status() }} as value_status
    from published_cells

)

select * from events_in_house_codes
