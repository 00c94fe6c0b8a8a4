{#- The day from which the history of municipalities is told; what is older is said to have begun earlier. -#}
{% macro first_year_of_history() -%}
    make_date(1971, 1, 1)
{%- endmacro %}

{#-
  Of several series of one fact, the one that the publisher has cast on the division in use goes first, then the one on
  the nearest borders. `keys` names the fact; the rows carry `border_year` and the division's `division_year`.
-#}
{% macro recast_first(keys, last_resort) -%}
    row_number() over (
        partition by {{ keys }}
        order by abs(border_year - division_year), border_year desc, {{ last_resort }}
    ) = 1
{%- endmacro %}
