{#- scale × numerator / denominator; null when a part is missing or nothing is divided by. -#}
{% macro ratio(numerator, denominator, scale) -%}
    case when {{ denominator }} > 0 then {{ scale }} * {{ numerator }} / {{ denominator }} end
{%- endmacro %}

{#- 31 December of a year. -#}
{% macro year_end(year) -%}
    make_date({{ year }}, 12, 31)
{%- endmacro %}

{#- Mean population of the year from its end and everything that changed it (columns of int_vital_events). -#}
{% macro mean_population() -%}
    population_count - (
        live_births_count - deaths_count
        + in_migration_count - out_migration_count
        + immigration_count - emigration_count
        + correction_count
    ) / 2
{%- endmacro %}
