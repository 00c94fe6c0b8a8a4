{#- First day of the oldest division that the membership seeds were checked against. -#}
{% macro first_known_division() -%}
    make_date(2013, 1, 1)
{%- endmacro %}
