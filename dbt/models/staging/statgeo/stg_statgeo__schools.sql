with

published_schools as (

    select * from {{ source('raw_statgeo', 'schools') }}

),

schools_in_house_names as (

    select
        tunn as school_id,
        onimi as school_name_fi,
        oltyp as institution_type,
        olo = '0' as is_active,
        geometry as location_geojson
    from published_schools

)

select * from schools_in_house_names
