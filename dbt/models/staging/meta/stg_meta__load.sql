with

loads as (

    select * from {{ source('raw_meta', 'load') }}

),

loads_in_house_types as (

    select
        source,
        table_name,
        publisher_table_id,
        title_fi,
        title_sv,
        title_en,
        publisher,
        licence,
        page_url,
        publisher_stamp,
        fetched_at,
        first_period,
        last_period,
        cast(border_year as integer) as border_year,
        cast(municipalities as integer) as municipalities,
        cast(rows_loaded as integer) as rows_loaded,
        is_extract
    from loads

)

select * from loads_in_house_types
