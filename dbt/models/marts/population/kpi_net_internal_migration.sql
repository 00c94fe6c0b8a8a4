with

events as (

    select * from {{ ref('int_vital_events') }}

),

moves_between_municipalities_and_mean_population as (

    -- Moves within the whole country, or within the rest of it, cancel out: chance has no say in the sum.
    select
        municipality_code,
        reference_year,
        in_migration_count - out_migration_count as numerator,
        {{ mean_population() }} as denominator,
        case
            when municipality_code not in ('SSS', 'rest')
                then {{ moves_together() }} * (in_migration_count + out_migration_count)
        end as numerator_variance
    from events

),

net_internal_migration as (

    {{
        yearly_ratio(
            'net_internal_migration', 'moves_between_municipalities_and_mean_population', 1000, with_interval=true
        )
    }}

)

select * from net_internal_migration
