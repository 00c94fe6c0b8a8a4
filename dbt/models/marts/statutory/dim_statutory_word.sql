with

words as (

    select * from {{ ref('statutory_words') }}

),

words_as_published as (

    select
        kind,
        code,
        sort_order,
        text_fi,
        text_sv,
        text_en
    from words

)

select * from words_as_published
