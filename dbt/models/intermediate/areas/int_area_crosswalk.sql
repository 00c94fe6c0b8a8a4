with recursive

municipalities as (

    select * from {{ ref('municipalities') }}

),

mergers as (

    select * from {{ ref('municipality_mergers') }}

),

division as (

    select * from {{ ref('int_division') }}

),

mergers_in_force as (

    select
        mergers.old_municipality_code,
        mergers.municipality_code
    from mergers
    inner join division on mergers.valid_from <= division.valid_on

),

codes_of_any_division as (

    select municipality_code from municipalities
    union
    select old_municipality_code as municipality_code from mergers

),

successors as (

    select
        municipality_code as published_code,
        municipality_code
    from codes_of_any_division
    union all
    select
        successors.published_code,
        mergers_in_force.municipality_code
    from successors
    inner join mergers_in_force on successors.municipality_code = mergers_in_force.old_municipality_code

),

last_successors as (

    select
        successors.published_code,
        successors.municipality_code
    from successors
    left join mergers_in_force on successors.municipality_code = mergers_in_force.old_municipality_code
    where mergers_in_force.old_municipality_code is null

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
