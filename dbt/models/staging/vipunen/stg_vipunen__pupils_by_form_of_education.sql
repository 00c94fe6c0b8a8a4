with

published_pupils as (

    select * from {{ source('raw_vipunen', 'pupils_by_form_of_education') }}

),

pupils_in_house_names as (

    select
        lukuvuosi as school_year,
        cast(left(lukuvuosi, 4) as integer) as reference_year,
        kunta_koodi as municipality_code,
        koodi_opetuksen_jarjestaja as provider_business_id,
        opetuksen_jarjestaja as provider_name_fi,
        koulutusmuoto as form_of_education_fi,
        oppilaat_lkm as pupil_count,
        case when oppilaat_lkm is null then 'not_available' else 'final' end as value_status
    from published_pupils

)

select * from pupils_in_house_names
