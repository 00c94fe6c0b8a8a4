with

age_groups as (

    select * from {{ ref('age_groups') }}

),

age_groups_in_order as (

    select
        scheme,
        age_group,
        age_from,
        age_to,
        sort_order
    from age_groups

)

select * from age_groups_in_order
