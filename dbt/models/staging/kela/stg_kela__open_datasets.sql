with

published_datasets as (

    select * from {{ source('raw_kela', 'open_datasets') }}

),

datasets_in_house_names as (

    select
        name as dataset_name,
        title as dataset_title,
        organization_name,
        organization_title,
        license_id as licence_id,
        cast(left(metadata_modified, 10) as date) as modified_date
    from published_datasets

)

select * from datasets_in_house_names
