{#- How many years in a row a small municipality's events are counted together. -#}
{% macro pooled_years() -%}5{%- endmacro %}

{#- Fewer municipalities with a figure than this have no quarters to be placed in. -#}
{% macro fewest_peers() -%}20{%- endmacro %}

{#- The events that change a population, one row each, from the columns of int_vital_events. -#}
{% macro vital_event_rows(vital_events) -%}
    {%- for event in ['live_births', 'deaths', 'in_migration', 'out_migration', 'immigration', 'emigration'] %}
    select
        municipality_code,
        reference_year,
        '{{ event }}' as event,
        {{ event }}_count as event_count,
        {{ mean_population() }} as mean_population
    from {{ vital_events }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
{%- endmacro %}

{#- How many times Poisson's the variance of an event's count is. -#}
{% macro event_dispersion(event) -%}
    case when {{ event }} in ('live_births', 'deaths') then 1.0 else {{ moves_together() }} end
{%- endmacro %}

{#-
  A 95 % limit of a gamma distribution with this shape and scale 1 (Wilson & Hilferty 1931, PNAS 17, 684–688); sign is
  '-' or '+'. The cube is negative for shapes under about 0.3, where the limit is nearly nothing.
-#}
{% macro gamma_limit(sign, shape) -%}
    {{ shape }} * pow(greatest(1 - 1 / (9 * {{ shape }}) {{ sign }} {{ z_95() }} / (3 * sqrt({{ shape }})), 0), 3)
{%- endmacro %}

{#- A 95 % limit of scale × a share of people (Wilson 1927, JASA 22, 209–212); sign is '-' or '+'. -#}
{% macro share_limit(sign, numerator, denominator, scale) -%}
    case
        when {{ denominator }} > 0 and {{ numerator }} between 0 and {{ denominator }}
            then
                {{ scale }} * (
                    {{ numerator }} + pow({{ z_95() }}, 2) / 2
                    {{ sign }} {{ z_95() }} * sqrt(
                        {{ numerator }} * (1 - {{ numerator }} / {{ denominator }}) + pow({{ z_95() }}, 2) / 4
                    )
                ) / ({{ denominator }} + pow({{ z_95() }}, 2))
    end
{%- endmacro %}

{#- Where on the line of years a period ends: 31 December 2024 is 2024, 30 June 2024 is 2023.5. -#}
{% macro year_position(period_end) -%}
    year({{ period_end }}) + month({{ period_end }}) / 12.0 - 1
{%- endmacro %}

{#- Of an interval, the limit that is worse (side 'worse') or better for whoever aims in the direction, larger is better. -#}
{% macro aimed(direction, side, lower, upper) -%}
    {%- set of_higher, of_lower = (lower, upper) if side == 'worse' else (upper, lower) -%}
    case {{ direction }} when 'higher' then {{ of_higher }} when 'lower' then -{{ of_lower }} end
{%- endmacro %}
