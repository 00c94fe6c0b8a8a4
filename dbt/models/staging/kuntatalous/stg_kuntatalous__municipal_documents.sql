with

listed_documents as (

    select * from {{ source('raw_kuntatalous', 'municipal_documents') }}

),

documents_in_house_names as (

    select
        kunta_koodi as municipality_code,
        ytunnus as business_id,
        raportointikokonaisuus as package,
        raportointikausi as period,
        cast(left(raportointikausi, 4) as integer) as reference_year,
        hyvaksymisvaihe as acceptance_stage,
        try_cast(hyvaksymispvm as timestamp) as accepted_at,
        try_cast(julkaisupvm as timestamp) as published_at
    from listed_documents

)

select * from documents_in_house_names
