with

catalogue as (

    select * from {{ ref('source_catalogue') }}

),

loads as (

    select * from {{ ref('stg_meta__load') }}

),

tables as (

    select
        catalogue.source,
        catalogue.table_name,
        catalogue.table_id as publisher_table_id,
        catalogue.title_fi,
        catalogue.title_sv,
        catalogue.title_en,
        catalogue.publisher,
        catalogue.licence,
        catalogue.page_url,
        catalogue.rhythm,
        catalogue.protocol,
        catalogue.verification,
        loads.source is not null as is_loaded
    from catalogue
    left join loads on catalogue.source = loads.source and catalogue.table_name = loads.table_name

)

select * from tables
