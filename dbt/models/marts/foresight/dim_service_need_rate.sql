with

engine_output as (

    select * from {{ source('foresight', 'service_need_rate') }}

),

rates_with_their_source as (

    select
        age_from,
        age_to,
        participation_rate,
        reference_year,
        published_year,
        basis,
        source_fi,
        source_sv,
        source_en,
        url,
        read_at
    from engine_output

)

select * from rates_with_their_source
