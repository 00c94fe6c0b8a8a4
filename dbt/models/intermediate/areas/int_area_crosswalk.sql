with recursive

municipalities as (

    select * from {{ ref('municipalities') }}

),

changes as (

    select * from {{ ref('int_municipality_change') }}

),

division as (

    select * from {{ ref('int_division') }}

),

changes_in_force as (

    select
        changes.from_code,
        changes.to_code,
        changes.maps_whole,
        changes.ends_the_code
    from changes
    inner join division on changes.valid_from <= division.valid_on

),

whole_successors as (

    select
        from_code,
        to_code
    from changes_in_force
    where maps_whole

),

codes_of_any_division as (

    select municipality_code from municipalities
    union
    select from_code as municipality_code from changes
    union
    select to_code as municipality_code from changes

),

successors as (

    select
        municipality_code as published_code,
        municipality_code
    from codes_of_any_division
    union all
    select
        successors.published_code,
        whole_successors.to_code as municipality_code
    from successors
    inner join whole_successors on successors.municipality_code = whole_successors.from_code

),

last_successors as (

    -- A municipality that was divided among several has no whole successor: its figures reach today's borders
    -- only in a series that the publisher has cast again, and it is left out here.
    select
        successors.published_code,
        successors.municipality_code
    from successors
    left join changes_in_force
        on successors.municipality_code = changes_in_force.from_code and changes_in_force.ends_the_code
    where changes_in_force.from_code is null

),

crosswalk as (

    select
        published_code,
        municipality_code
    from last_successors
    union all
    select
        'SSS' as published_code,
        'SSS' as municipality_code

)

select * from crosswalk
