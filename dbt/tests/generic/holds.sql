{#- Rows for which the named condition is false or unknown. -#}
{% test holds(model, condition) %}

    select *
    from {{ model }}
    where ({{ condition }}) is not true

{% endtest %}
