with

events as (

    select * from {{ ref('int_vital_events') }}

),

moves_out_and_mean_population as (

    select
        municipality_code,
        reference_year,
        out_migration_count as numerator,
        {{ mean_population() }} as denominator,
        {{ moves_together() }} * out_migration_count as numerator_variance
    from events

),

out_migration_rate as (

    {{
        yearly_ratio('out_migration_rate', 'moves_out_and_mean_population', 1000, with_interval=true, dispersion=moves_together())
    }}

)

select * from out_migration_rate
