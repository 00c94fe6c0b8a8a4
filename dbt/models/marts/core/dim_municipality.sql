with

municipalities as (

    select * from {{ ref('municipalities') }}

),

municipality_size as (

    select * from {{ ref('int_municipality_size') }}

),

regions as (

    select * from {{ ref('regions') }}

),

municipalities_with_figures as (

    select
        municipalities.municipality_code,
        municipalities.name_fi,
        municipalities.name_sv,
        municipalities.name_fi_genitive,
        municipalities.name_fi_locative,
        municipalities.type,
        municipalities.manager_title,
        municipalities.language_group,
        municipalities.region_code,
        regions.name_fi as region_name_fi,
        regions.name_sv as region_name_sv,
        municipalities.is_aland,
        municipality_size.size_class,
        case when municipality_size.has_full_data then municipality_size.population_count end
            as population_count,
        municipality_size.has_full_data
    from municipality_size
    inner join municipalities on municipality_size.municipality_code = municipalities.municipality_code
    inner join regions on municipalities.region_code = regions.region_code

)

select * from municipalities_with_figures
