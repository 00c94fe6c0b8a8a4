with

published_figures as (

    select * from {{ source('raw_kuntatalous', 'municipal_year_end_forecasts') }}

),

treasury_figures as (

    select * from {{ ref('treasury_figures') }}

),

figures_in_house_names as (

    {{ treasury_figures('published_figures') }}

)

select * from figures_in_house_names
