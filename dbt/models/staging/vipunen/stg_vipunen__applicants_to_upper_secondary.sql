with

published_applicants as (

    select * from {{ source('raw_vipunen', 'applicants_to_upper_secondary') }}

),

applicants_in_house_names as (

    select
        cast(koulutuksen_alkamisvuosi as integer) as reference_year,
        koulutuksen_alkamiskausi as starting_term_fi,
        haku as search_fi,
        hakutapa as kind_of_search_fi,
        koodit_hakukohde as application_option_id,
        hakukohde as application_option_fi,
        koulutuksen_kieli as language_fi,
        koodit_tutkinto_hakukohde as qualification_id,
        koulutusaste_taso_1 as level_of_education_fi,
        nullif(koodit_kunta_hakukohde, '') as municipality_code,
        koodit_koulutuksen_jarjestaja as provider_business_id,
        koulutuksen_jarjestaja as provider_name_fi,
        koodit_oppilaitos as school_id,
        oppilaitos as school_name_fi,
        toimipiste as branch_fi,
        aloituspaikat_lkm as place_count,
        kaikki_hakijat_lkm as applicant_count,
        ensisijaiset_hakijat_lkm as first_choice_applicant_count,
        valitut_lkm as selected_count,
        paikan_vastaanottaneet_lkm as accepted_count,
        aloittaneet_lkm as started_count
    from published_applicants

)

select * from applicants_in_house_names
