{#- The figure of a cell. The publisher's '-' says that the figure is exactly nothing: the one symbol that is a zero. -#}
{% macro cell_value() -%}
    case when symbol = '-' then 0.0 else value end
{%- endmacro %}

{#- What a cell says of itself: final, not_applicable ('.'), secret ('...') or not_available ('..' and anything else). -#}
{% macro cell_status() -%}
    case
        when symbol = '-' or value is not null then 'final'
        when symbol = '.' then 'not_applicable'
        when symbol = '...' then 'secret'
        else 'not_available'
    end
{%- endmacro %}

{#- The sum of a group to the last bit the same in every run: threads add in any order, and doubles notice. -#}
{% macro stable_sum(expression) -%}
    sum({{ expression }} order by {{ expression }})
{%- endmacro %}

{#- The sum of a group, null as soon as one member is missing: a sum of what happened to be there is not the sum. -#}
{% macro complete_sum(expression) -%}
    case when count(*) = count({{ expression }}) then {{ stable_sum(expression) }} end
{%- endmacro %}

{#- The status of a figure made of several: the strongest reason among its parts. -#}
{% macro weakest_status(status) -%}
    case
        when bool_or({{ status }} = 'secret') then 'secret'
        when bool_or({{ status }} = 'not_available') then 'not_available'
        when bool_or({{ status }} = 'not_applicable') then 'not_applicable'
        when bool_or({{ status }} = 'preliminary') then 'preliminary'
        else 'final'
    end
{%- endmacro %}
