with

described_tables as (

    select * from {{ ref('published_tables') }}

),

tables as (

    select
        table_name,
        sort_order,
        topic,
        title_fi,
        title_sv,
        title_en,
        description_fi,
        description_sv,
        description_en,
        grain_fi,
        grain_sv,
        grain_en,
        key_columns,
        audience
    from described_tables

)

select * from tables
