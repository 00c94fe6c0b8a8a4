with

regions as (

    select * from {{ ref('regions') }}

),

networks as (

    select * from {{ ref('networks') }}

),

size_classes as (

    select * from {{ ref('size_classes') }}

),

division as (

    select * from {{ ref('int_division') }}

),

country_and_residual as (

    select * from {{ ref('country_areas') }}

),

country as (

    select
        country_and_residual.area_code,
        country_and_residual.area_type,
        country_and_residual.name_fi,
        country_and_residual.name_sv,
        country_and_residual.name_en,
        country_and_residual.description_fi,
        country_and_residual.description_sv,
        country_and_residual.description_en,
        country_and_residual.source
    from country_and_residual
    inner join division on country_and_residual.area_type = 'country' or division.is_partial

),

regions_as_areas as (

    select
        region_code as area_code,
        'region' as area_type,
        name_fi,
        name_sv,
        name_en,
        'Maakunta nykyisin rajoin.' as description_fi,
        'Landskapet med dagens gränser.' as description_sv,
        'The region within today''s borders.' as description_en,
        'Tilastokeskus, maakuntaluokitus' as source
    from regions

),

networks_as_areas as (

    select
        area_code,
        'network' as area_type,
        name_fi,
        name_sv,
        name_en,
        description_fi,
        description_sv,
        description_en,
        source
    from networks

),

size_classes_as_areas as (

    select
        area_code,
        'size_class' as area_type,
        name_fi,
        name_sv,
        name_en,
        'Kunnat uusimman tunnetun väkiluvun mukaan.' as description_fi,
        'Kommunerna enligt den senaste kända folkmängden.' as description_sv,
        'Municipalities by their newest known population.' as description_en,
        'Tilastokeskus, väkiluku' as source
    from size_classes

),

areas as (

    select
        area_code,
        area_type,
        name_fi,
        name_sv,
        name_en,
        description_fi,
        description_sv,
        description_en,
        source
    from country
    union all
    select
        area_code,
        area_type,
        name_fi,
        name_sv,
        name_en,
        description_fi,
        description_sv,
        description_en,
        source
    from regions_as_areas
    union all
    select
        area_code,
        area_type,
        name_fi,
        name_sv,
        name_en,
        description_fi,
        description_sv,
        description_en,
        source
    from networks_as_areas
    union all
    select
        area_code,
        area_type,
        name_fi,
        name_sv,
        name_en,
        description_fi,
        description_sv,
        description_en,
        source
    from size_classes_as_areas

)

select * from areas
