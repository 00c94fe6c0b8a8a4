{#- Rows whose key columns occur more than once: the grain that the model's description promises. -#}
{% test unique_key(model, columns) %}

    select {{ columns | join(', ') }}, count(*) as occurrences
    from {{ model }}
    group by {{ columns | join(', ') }}
    having count(*) > 1

{% endtest %}
