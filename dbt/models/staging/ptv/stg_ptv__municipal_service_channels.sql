with

published_channels as (

    select * from {{ source('raw_ptv', 'municipal_service_channels') }}

),

channels_in_house_names as (

    select
        municipality_code,
        channel_id,
        channel_type,
        organization_id,
        publishing_status
    from published_channels

)

select * from channels_in_house_names
