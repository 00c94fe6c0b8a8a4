with

published_memberships as (

    select * from {{ source('raw_classifications', 'municipality_region') }}

),

memberships_in_house_names as (

    select
        cast(year as integer) as border_year,
        municipality_code,
        classification as area_kind,
        parent_code as area_code
    from published_memberships

)

select * from memberships_in_house_names
