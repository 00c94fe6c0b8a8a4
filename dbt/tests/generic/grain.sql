{#-
  Rows whose key columns occur more than once, the grain that the model's description promises; and a row that says
  so when the model is empty, because an empty table would pass every test.
-#}
{% test grain(model, columns, may_be_empty=false) %}

    select
        'repeated key' as problem,
        {{ columns | join(', ') }}
    from {{ model }}
    group by {{ columns | join(', ') }}
    having count(*) > 1
    {%- if not may_be_empty %}
    union all
    select
        'no rows' as problem,
        {% for column in columns -%}
        null as {{ column }}{{ ',' if not loop.last }}
        {% endfor %}
    where not exists (select 1 from {{ model }})
    {%- endif %}

{% endtest %}
