{#- Rows for which one of the conditions is false or unknown. -#}
{% test holds(model, conditions) %}

    select *
    from {{ model }}
    where
        {%- for condition in conditions %}
        ({{ condition }}) is not true
        {%- if not loop.last %} or {% endif %}
        {%- endfor %}

{% endtest %}
