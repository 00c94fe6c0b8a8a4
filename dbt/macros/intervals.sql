{#-
  95 % intervals of what chance alone would do, as docs/methods/kpi_rules.md explains.
  Byar's approximation of the exact Poisson limits (Breslow & Day 1987, vol. II, p. 69).
-#}
{% macro z_95() -%}1.959964{%- endmacro %}

{% macro poisson_lower(events) -%}
    case
        when {{ events }} = 0 then 0.0
        when {{ events }} > 0
            then {{ events }} * pow(1 - 1 / (9 * {{ events }}) - {{ z_95() }} / (3 * sqrt({{ events }})), 3)
    end
{%- endmacro %}

{% macro poisson_upper(events) -%}
    case
        when {{ events }} >= 0
            then
                ({{ events }} + 1)
                * pow(1 - 1 / (9 * ({{ events }} + 1)) + {{ z_95() }} / (3 * sqrt({{ events }} + 1)), 3)
    end
{%- endmacro %}

{#- Families move together, so the standard deviation of moves is 1.3 times Poisson's: the factor of the variance. -#}
{% macro moves_together() -%}1.69{%- endmacro %}

{#- A limit of scale × numerator / denominator when the numerator's variance is known; sign is '-' or '+'. -#}
{% macro ratio_limit(sign, numerator, variance, denominator, scale) -%}
    case
        when {{ denominator }} > 0
            then {{ scale }} * ({{ numerator }} {{ sign }} {{ z_95() }} * sqrt({{ variance }})) / {{ denominator }}
    end
{%- endmacro %}
