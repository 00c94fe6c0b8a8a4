with

published_services as (

    select * from {{ source('raw_ptv', 'municipal_services') }}

),

services_in_house_names as (

    select
        municipality_code,
        service_id,
        service_name_fi,
        organization_id,
        organization_name,
        publishing_status,
        channel_ids
    from published_services

)

select * from services_in_house_names
