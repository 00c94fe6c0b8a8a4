with

municipalities as (

    select * from {{ ref('municipalities') }}

),

crosswalk as (

    select * from {{ ref('int_area_crosswalk') }}

),

region_changes as (

    select * from {{ ref('region_changes') }}

),

network_members as (

    select * from {{ ref('network_members') }}

),

municipality_size as (

    select * from {{ ref('int_municipality_size') }}

),

municipalities_of_the_division as (

    select
        municipalities.municipality_code,
        municipalities.region_code
    from municipalities
    inner join crosswalk
        on
            municipalities.municipality_code = crosswalk.published_code
            and municipalities.municipality_code = crosswalk.municipality_code

),

whole_country as (

    select
        'SSS' as area_code,
        municipality_code,
        {{ first_known_division() }} as valid_from,
        cast(null as date) as valid_to,
        'Tilastokeskus, kuntaluokitus' as source
    from municipalities_of_the_division

),

present_regions as (

    select
        municipalities_of_the_division.region_code as area_code,
        municipalities_of_the_division.municipality_code,
        coalesce(region_changes.valid_from, {{ first_known_division() }}) as valid_from,
        cast(null as date) as valid_to,
        'Tilastokeskus, maakuntaluokitus' as source
    from municipalities_of_the_division
    left join region_changes
        on municipalities_of_the_division.municipality_code = region_changes.municipality_code

),

former_regions as (

    select
        region_changes.region_code_before as area_code,
        region_changes.municipality_code,
        {{ first_known_division() }} as valid_from,
        cast(region_changes.valid_from - interval 1 day as date) as valid_to,
        'Tilastokeskus, maakuntaluokitus' as source
    from region_changes
    inner join municipalities_of_the_division
        on region_changes.municipality_code = municipalities_of_the_division.municipality_code

),

networks as (

    select
        network_members.area_code,
        network_members.municipality_code,
        network_members.valid_from,
        network_members.valid_to,
        network_members.source
    from network_members
    inner join municipalities_of_the_division
        on network_members.municipality_code = municipalities_of_the_division.municipality_code

),

size_classes as (

    select
        size_class as area_code,
        municipality_code,
        make_date(reference_year + 1, 1, 1) as valid_from,
        cast(null as date) as valid_to,
        'Tilastokeskus, väkiluku 31.12.' || reference_year as source
    from municipality_size

),

every_membership as (

    select
        area_code,
        municipality_code,
        valid_from,
        valid_to,
        source
    from whole_country
    union all
    select
        area_code,
        municipality_code,
        valid_from,
        valid_to,
        source
    from present_regions
    union all
    select
        area_code,
        municipality_code,
        valid_from,
        valid_to,
        source
    from former_regions
    union all
    select
        area_code,
        municipality_code,
        valid_from,
        valid_to,
        source
    from networks
    union all
    select
        area_code,
        municipality_code,
        valid_from,
        valid_to,
        source
    from size_classes

)

select * from every_membership
