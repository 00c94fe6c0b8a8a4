{#- Fails when the model is empty: an empty table would pass every other test. -#}
{% test has_rows(model) %}

    select 'no rows' as problem
    where not exists (select 1 from {{ model }})

{% endtest %}
