with

published_benefits as (

    select * from {{ source('raw_kela', 'municipal_share_of_unemployment_benefits') }}

),

benefits_in_house_names as (

    select
        aikatyyppi as period_kind,
        case
            when length(vuosikuukausi) = 6 then left(vuosikuukausi, 4) || 'M' || right(vuosikuukausi, 2)
            else vuosikuukausi
        end as period,
        tyollisyysalue_nro as employment_area_code,
        tyollisyysalue_nimi as employment_area_name_fi,
        etuus as benefit,
        kertymapaiva_luokka as days_class,
        saaja_lkm as recipient_count,
        etuus_eur as benefits_paid_eur,
        kunnan_osuus_eur as municipal_share_eur,
        case when etuus_eur is null then 'not_available' else 'final' end as value_status
    from published_benefits

)

select * from benefits_in_house_names
