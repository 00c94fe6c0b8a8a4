with

municipalities_of_tables as (

    select * from {{ source('raw_meta', 'municipality') }}

),

municipalities as (

    select
        source,
        table_name,
        municipality_code
    from municipalities_of_tables

)

select * from municipalities
