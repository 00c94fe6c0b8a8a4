{#- The rows of stg_own__group_accounts as one row per municipality, year and figure in the house's names. -#}
{% macro own_statutory_figures(own_accounts) -%}
    {%- for figure, column in [
        ('group_annual_margin', 'group_annual_margin_eur'),
        ('discretionary_transfer', 'discretionary_transfer_eur'),
        ('group_depreciation', 'group_depreciation_eur'),
        ('group_interest_expenses', 'group_interest_expenses_eur'),
        ('group_loans', 'group_loans_eur'),
        ('group_lease_liabilities', 'group_lease_liabilities_eur'),
        ('group_accumulated_surplus', 'group_accumulated_surplus_eur'),
        ('accumulated_surplus', 'accumulated_surplus_eur'),
        ('income_tax_rate', 'income_tax_rate_pct'),
        ('average_income_tax_rate', 'average_income_tax_rate_pct'),
        ('average_group_loans_and_leases', 'average_group_loans_and_leases_eur'),
    ] %}
    select
        municipality_code,
        reference_year,
        '{{ figure }}' as figure,
        {{ column }} as value
    from {{ own_accounts }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
{%- endmacro %}

{#- The figures that are missing, in words with where they would come from. -#}
{% macro missing_in_words(language) -%}
    string_agg(
        case
            when needed_figures.is_missing
                then statutory_figures.name_{{ language }} || ' (' || statutory_figures.comes_from_{{ language }} || ')'
        end,
        '; '
        order by statutory_figures.sort_order
    )
{%- endmacro %}

{#-
  Whether a figure is past a limit of the law, of which only bounds may be known: null while the bounds leave it open.
  A limit "at least" is reached by the limit itself, a limit "below" is not.
-#}
{% macro is_past_limit(lower, upper, limit_value, comparison) -%}
    case {{ comparison }}
        when 'below'
            then case
                when {{ upper }} < {{ limit_value }} then true
                when {{ lower }} >= {{ limit_value }} then false
            end
        when 'at_least'
            then case
                when {{ lower }} >= {{ limit_value }} then true
                when {{ upper }} < {{ limit_value }} then false
            end
        when 'at_most'
            then case
                when {{ upper }} <= {{ limit_value }} then true
                when {{ lower }} > {{ limit_value }} then false
            end
    end
{%- endmacro %}

{#- A computed figure without the noise of binary fractions: 9.4 − 7.4 is 2 exactly, as in the law's limit. -#}
{% macro as_in_the_law(figure) -%}
    round({{ figure }}, 6)
{%- endmacro %}

{#- The condition that a dated parameter holds for the accounts of a year. -#}
{% macro holds_for_accounts(parameters, reference_year) -%}
    {{ parameters }}.valid_from <= {{ year_end(reference_year) }}
    and coalesce({{ parameters }}.valid_to, {{ year_end(reference_year) }}) >= {{ year_end(reference_year) }}
    and {{ parameters }}.first_accounts_year <= {{ reference_year }}
{%- endmacro %}
