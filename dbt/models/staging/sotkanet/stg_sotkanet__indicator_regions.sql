with

listed_regions as (

    select * from {{ source('raw_sotkanet', 'indicator_regions') }}

),

regions_in_house_names as (

    select
        region as region_id,
        code as region_code,
        category as region_category,
        case when category = 'KUNTA' then code end as municipality_code,
        title_fi as name_fi,
        title_sv as name_sv,
        title_en as name_en,
        uri,
        member_of as member_of_region_ids
    from listed_regions

)

select * from regions_in_house_names
