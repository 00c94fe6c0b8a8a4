{#- Three digits of a municipality ('KU305' and '305' alike), or 'SSS' for the whole country. -#}
{% macro municipality_code(area) -%}
    case when {{ area }} = 'SSS' then 'SSS' else right({{ area }}, 3) end
{%- endmacro %}

{#- A contents code without the statistic's prefix: 'muutl-vm01' and 'vm01' alike give 'vm01'. -#}
{% macro contents_code(contents) -%}
    regexp_replace({{ contents }}, '^[a-z]+-', '')
{%- endmacro %}

{#- A single year of age as an integer ('100-' is 100, the open age group); null for the publisher's total. -#}
{% macro single_age(age) -%}
    case when {{ age }} <> 'SSS' then cast(left({{ age }}, 3) as integer) end
{%- endmacro %}
