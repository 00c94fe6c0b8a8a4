with

key_figures as (

    select * from {{ ref('int_key_figures') }}

),

published_primary_jobs_share as (

    select
        municipality_code,
        reference_year,
        value,
        value_status,
        numerator,
        denominator
    from key_figures
    where key_figure = 'primary_jobs'

),

primary_jobs_share as (

    {{ yearly_key_figure('primary_jobs_share', 'published_primary_jobs_share', 100) }}

)

select * from primary_jobs_share
