with

projection as (

    select * from {{ ref('int_official_projection') }}

),

projection_of_municipalities as (

    select
        vintage,
        published_at,
        municipality_code,
        projection_year,
        age,
        population_count as value
    from projection
    where municipality_code not in ('SSS', 'rest')

)

select * from projection_of_municipalities
