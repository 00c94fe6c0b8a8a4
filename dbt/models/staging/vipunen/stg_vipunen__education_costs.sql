with

published_costs as (

    select * from {{ source('raw_vipunen', 'education_costs') }}

),

costs_in_house_names as (

    select
        cast(tilastovuosi as integer) as reference_year,
        lpad(koulutuksen_jarjestajan_kunta_koodi, 3, '0') as municipality_code,
        koulutuksen_jarjestaja_koodi as provider_business_id,
        koulutuksen_jarjestaja as provider_name_fi,
        sektori_koodi as sector_id,
        sektori as sector_fi,
        rahoituksen_koulutusala_koodi as field_of_education_id,
        koulutusmuoto_koodi as form_of_education_id,
        koulutusmuoto as form_of_education_fi,
        omistajatyyppi_koodi as owner_type_id,
        omistajatyyppi as owner_type_fi,
        koulutuksen_kunta_koodi as education_municipality_id,
        toiminto_koodi as activity_id,
        toiminto as activity_fi,
        menolaji_koodi as expenditure_type_id,
        menolaji as expenditure_type_fi,
        summa as cost_eur,
        case when summa is null then 'not_available' else 'final' end as value_status
    from published_costs

)

select * from costs_in_house_names
