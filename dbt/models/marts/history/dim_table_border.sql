with

borders as (

    select * from {{ ref('int_table_border') }}

),

tables_and_their_borders as (

    select
        source,
        table_name,
        border_year,
        division_year,
        municipalities_in_table,
        municipalities_today,
        is_extract,
        bridging
    from borders

)

select * from tables_and_their_borders
