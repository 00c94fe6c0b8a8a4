with

described_columns as (

    select * from {{ ref('published_columns') }}

),

columns as (

    select
        table_name,
        column_name,
        sort_order,
        data_type,
        is_key,
        unit,
        description_en
    from described_columns

)

select * from columns
