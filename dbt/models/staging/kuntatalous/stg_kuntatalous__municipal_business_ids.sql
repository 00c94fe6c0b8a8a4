with

listed_municipalities as (

    select * from {{ source('raw_kuntatalous', 'municipal_business_ids') }}

),

business_ids_in_house_names as (

    select
        kunta_koodi as municipality_code,
        ytunnus as business_id,
        in_use as is_in_use
    from listed_municipalities

)

select * from business_ids_in_house_names
