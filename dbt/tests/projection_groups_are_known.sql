-- Groups of the projection that dim_age_group does not have: pages would leave them out without a word.
{{ config(tags=['after_engine']) }}

with

projection as (

    select * from {{ ref('fct_projection') }}

),

age_groups as (

    select * from {{ ref('dim_age_group') }}

),

groups_nobody_knows as (

    select distinct
        projection.scheme,
        projection.age_group
    from projection
    left join age_groups
        on projection.scheme = age_groups.scheme and projection.age_group = age_groups.age_group
    where age_groups.age_group is null

)

select * from groups_nobody_knows
