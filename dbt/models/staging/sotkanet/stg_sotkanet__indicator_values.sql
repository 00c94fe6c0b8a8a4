with

published_figures as (

    select * from {{ source('raw_sotkanet', 'indicator_values') }}

),

figures_in_house_names as (

    select
        indicator_key,
        indicator as indicator_id,
        region as region_id,
        region_code,
        region_category,
        case when region_category = 'KUNTA' then region_code end as municipality_code,
        cast(year as integer) as reference_year,
        gender as sex,
        value as indicator_value,
        abs_value as absolute_value,
        case when value is null then 'not_available' else 'final' end as value_status,
        title_fi as indicator_title_fi,
        title_years as indicator_title_years
    from published_figures

)

select * from figures_in_house_names
