with

published_pupils as (

    select * from {{ source('raw_vipunen', 'pupils_by_school') }}

),

pupils_in_house_names as (

    select
        lukuvuosi as school_year,
        cast(left(lukuvuosi, 4) as integer) as reference_year,
        kunta_koodi as municipality_code,
        koodit_opetuksen_jarjestaja as provider_business_id,
        opetuksen_jarjestaja as provider_name_fi,
        koodit_oppilaitos as school_id,
        oppilaitos as school_name_fi,
        oppilaat_lukuvuosi_lkm as pupil_count,
        oppilaat_syyslukukausi_lkm as autumn_pupil_count,
        oppilaat_kevatlukukausi_lkm as spring_pupil_count,
        case when oppilaat_lukuvuosi_lkm is null then 'not_available' else 'final' end as value_status
    from published_pupils

)

select * from pupils_in_house_names
