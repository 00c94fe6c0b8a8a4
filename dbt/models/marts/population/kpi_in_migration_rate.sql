with

events as (

    select * from {{ ref('int_vital_events') }}

),

moves_in_and_mean_population as (

    select
        municipality_code,
        reference_year,
        in_migration_count as numerator,
        {{ mean_population() }} as denominator,
        {{ moves_together() }} * in_migration_count as numerator_variance
    from events

),

in_migration_rate as (

    {{
        yearly_ratio('in_migration_rate', 'moves_in_and_mean_population', 1000, with_interval=true, dispersion=moves_together())
    }}

)

select * from in_migration_rate
