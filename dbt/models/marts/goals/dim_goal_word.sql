with

words as (

    select * from {{ ref('goal_words') }}

),

words_in_order as (

    select
        kind,
        code,
        sort_order,
        text_fi,
        text_sv,
        text_en
    from words

)

select * from words_in_order
