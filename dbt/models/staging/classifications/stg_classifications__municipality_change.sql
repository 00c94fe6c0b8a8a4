with

published_changes as (

    select * from {{ source('raw_classifications', 'municipality_change') }}

),

changes_in_house_names as (

    select
        cast(from_year as integer) as from_border_year,
        from_code as from_municipality_code,
        cast(to_year as integer) as to_border_year,
        to_code as to_municipality_code
    from published_changes

)

select * from changes_in_house_names
