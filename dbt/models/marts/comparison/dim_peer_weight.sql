with

weights as (

    select * from {{ ref('peer_weights') }}

),

weights_with_reasons as (

    select
        model_id,
        kpi_id,
        weight,
        scale,
        reason_fi,
        reason_sv,
        reason_en
    from weights

)

select * from weights_with_reasons
