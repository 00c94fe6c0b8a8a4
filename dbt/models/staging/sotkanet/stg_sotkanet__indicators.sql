with

listed_indicators as (

    select * from {{ source('raw_sotkanet', 'indicators') }}

),

indicators_in_house_names as (

    select
        indicator as indicator_id,
        title_fi,
        title_sv,
        title_en,
        organization_fi as producer_fi,
        first_year,
        last_year,
        try_cast(data_updated as date) as updated_on,
        region_categories,
        sexes
    from listed_indicators

)

select * from indicators_in_house_names
