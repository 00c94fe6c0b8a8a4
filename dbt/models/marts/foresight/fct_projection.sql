with

projected as (

    select * from {{ source('foresight', 'projection') }}

),

municipalities as (

    select * from {{ ref('dim_municipality') }}

),

projected_for_municipalities as (

    select
        projected.municipality_code,
        projected.scenario_id,
        projected.base_year,
        projected.projection_year,
        projected.scheme,
        projected.age_group,
        projected.mean,
        projected.p10,
        projected.p50,
        projected.p90
    from projected
    inner join municipalities on projected.municipality_code = municipalities.municipality_code

)

select * from projected_for_municipalities
