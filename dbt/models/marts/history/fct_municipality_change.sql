with

changes as (

    select * from {{ ref('int_municipality_change') }}

),

region_changes as (

    select * from {{ ref('region_changes') }}

),

municipalities as (

    select * from {{ ref('municipalities') }}

),

changes_of_municipalities as (

    select
        from_code as municipality_code,
        valid_from,
        kind,
        from_code,
        to_code,
        source
    from changes

),

changes_of_region as (

    select
        region_changes.municipality_code,
        region_changes.valid_from,
        'region_change' as kind,
        region_changes.region_code_before as from_code,
        municipalities.region_code as to_code,
        'Tilastokeskus, maakuntaluokitus' as source
    from region_changes
    inner join municipalities on region_changes.municipality_code = municipalities.municipality_code

),

every_change as (

    select
        municipality_code,
        valid_from,
        kind,
        from_code,
        to_code,
        source
    from changes_of_municipalities
    union all
    select
        municipality_code,
        valid_from,
        kind,
        from_code,
        to_code,
        source
    from changes_of_region

)

select * from every_change
