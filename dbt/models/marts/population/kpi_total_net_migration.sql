with

events as (

    select * from {{ ref('int_vital_events') }}

),

all_moves_and_mean_population as (

    -- Moves within the whole country, or within the rest of it, cancel out: only those over the border vary.
    select
        municipality_code,
        reference_year,
        in_migration_count - out_migration_count + immigration_count - emigration_count as numerator,
        {{ mean_population() }} as denominator,
        {{ moves_together() }} * (
            immigration_count + emigration_count
            + case
                when municipality_code in ('SSS', 'rest') then 0
                else in_migration_count + out_migration_count
            end
        ) as numerator_variance
    from events

),

total_net_migration as (

    {{ yearly_ratio('total_net_migration', 'all_moves_and_mean_population', 1000, with_interval=true) }}

)

select * from total_net_migration
