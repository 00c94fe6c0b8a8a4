{#-
  The published shape of a KPI's rows. Each macro is the whole select of a KPI model's last CTE; `parts` is the CTE
  before it. Every row keeps its numerator, denominator and scale, so that areas can be summed from parts, and the
  variance that chance gives the numerator, where an interval is shown.
-#}

{#-
  parts: municipality_code, reference_year, numerator, denominator; with_interval adds numerator_variance. With a
  dispersion (1: Poisson's) the numerator is a count of events, and the interval that of a count: none below zero, and
  some above it where nothing happened.
-#}
{% macro yearly_ratio(kpi_id, parts, scale, with_interval=false, dispersion=none) -%}
    select
        municipality_code,
        '{{ kpi_id }}' as kpi_id,
        'year' as period_type,
        cast(reference_year as varchar) as period,
        {{ year_end('reference_year') }} as period_end,
        {{ ratio('numerator', 'denominator', scale) }} as value,
        case when {{ ratio('numerator', 'denominator', scale) }} is null then 'not_available' else 'final' end
            as value_status,
        cast(numerator as double) as numerator,
        cast(denominator as double) as denominator,
        {%- if dispersion is not none %}
        case when denominator > 0 then {{ scale }} * {{ dispersion }} * {{ poisson_lower('(numerator / ' ~ dispersion ~ ')') }} / denominator end as lower,
        case when denominator > 0 then {{ scale }} * {{ dispersion }} * {{ poisson_upper('(numerator / ' ~ dispersion ~ ')') }} / denominator end as upper,
        cast(numerator_variance as double) as numerator_variance,
        {%- elif with_interval %}
        {{ ratio_limit('-', 'numerator', 'numerator_variance', 'denominator', scale) }} as lower,
        {{ ratio_limit('+', 'numerator', 'numerator_variance', 'denominator', scale) }} as upper,
        cast(numerator_variance as double) as numerator_variance,
        {%- else %}
        cast(null as double) as lower,
        cast(null as double) as upper,
        cast(null as double) as numerator_variance,
        {%- endif %}
        cast({{ scale }} as double) as scale
    from {{ parts }}
{%- endmacro %}

{#- parts: municipality_code, reference_year, numerator: a count of people or events. -#}
{% macro yearly_count(kpi_id, parts, with_interval=false) -%}
    select
        municipality_code,
        '{{ kpi_id }}' as kpi_id,
        'year' as period_type,
        cast(reference_year as varchar) as period,
        {{ year_end('reference_year') }} as period_end,
        cast(numerator as double) as value,
        case when numerator is null then 'not_available' else 'final' end as value_status,
        cast(numerator as double) as numerator,
        cast(null as double) as denominator,
        {%- if with_interval %}
        {{ poisson_lower('numerator') }} as lower,
        {{ poisson_upper('numerator') }} as upper,
        cast(numerator as double) as numerator_variance,
        {%- else %}
        cast(null as double) as lower,
        cast(null as double) as upper,
        cast(null as double) as numerator_variance,
        {%- endif %}
        cast(1 as double) as scale
    from {{ parts }}
{%- endmacro %}

{#- parts: municipality_code, reference_month ('2020M01'), month_end, numerator, denominator, value_status. -#}
{% macro monthly_ratio(kpi_id, parts, scale) -%}
    select
        municipality_code,
        '{{ kpi_id }}' as kpi_id,
        'month' as period_type,
        reference_month as period,
        month_end as period_end,
        {{ ratio('numerator', 'denominator', scale) }} as value,
        case
            when value_status in ('final', 'preliminary') and {{ ratio('numerator', 'denominator', scale) }} is null
                then 'not_available'
            else value_status
        end as value_status,
        cast(numerator as double) as numerator,
        cast(denominator as double) as denominator,
        cast(null as double) as lower,
        cast(null as double) as upper,
        cast(null as double) as numerator_variance,
        cast({{ scale }} as double) as scale
    from {{ parts }}
{%- endmacro %}

{#- parts: rows of int_key_figures for one key figure: the value is the publisher's own, the parts are rebuilt. -#}
{% macro yearly_key_figure(kpi_id, parts, scale) -%}
    select
        municipality_code,
        '{{ kpi_id }}' as kpi_id,
        'year' as period_type,
        cast(reference_year as varchar) as period,
        {{ year_end('reference_year') }} as period_end,
        cast(value as double) as value,
        value_status,
        cast(numerator as double) as numerator,
        cast(denominator as double) as denominator,
        cast(null as double) as lower,
        cast(null as double) as upper,
        cast(null as double) as numerator_variance,
        cast({{ scale }} as double) as scale
    from {{ parts }}
{%- endmacro %}
