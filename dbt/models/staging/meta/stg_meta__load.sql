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
        border_year,
        municipalities,
        rows_loaded,
        is_extract
    from loads

)

select * from loads_in_house_types
