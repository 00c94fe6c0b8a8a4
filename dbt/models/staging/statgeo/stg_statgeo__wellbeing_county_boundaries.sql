with

published_boundaries as (

    select * from {{ source('raw_statgeo', 'wellbeing_county_boundaries') }}

),

boundaries_in_house_names as (

    select
        hyvinvointialue as wellbeing_county_code,
        cast(vuosi as integer) as border_year,
        nimi as name_fi,
        namn as name_sv,
        name as name_en,
        geometry as boundary_geojson
    from published_boundaries

)

select * from boundaries_in_house_names
