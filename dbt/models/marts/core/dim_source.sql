with

loads as (

    select * from {{ ref('stg_meta__load') }}

),

sources as (

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

select * from sources
