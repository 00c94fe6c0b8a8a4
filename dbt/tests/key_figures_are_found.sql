-- Key figures that an edition should hold under the seed's name and does not: none may vanish by renaming.
{{ config(tags=['before_engine']) }}

with

key_figures as (

    select * from {{ ref('key_figures') }}

),

series_2017 as (

    select distinct published_name from {{ ref('stg_keyfigures__key_figures_series_2017') }}

),

edition_2021 as (

    select distinct published_name from {{ ref('stg_keyfigures__key_figures_edition_2021') }}

),

names_not_found as (

    select
        key_figures.key_figure,
        key_figures.series_2017_name,
        key_figures.edition_2021_name
    from key_figures
    left join series_2017 on key_figures.series_2017_name = series_2017.published_name
    left join edition_2021 on key_figures.edition_2021_name = edition_2021.published_name
    where
        (key_figures.series_2017_name is not null and series_2017.published_name is null)
        or (key_figures.edition_2021_name is not null and edition_2021.published_name is null)

)

select * from names_not_found
