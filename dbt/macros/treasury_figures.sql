{#-
  The figures of one of the Treasury's packages under the house's names: one row per document and figure. The raw
  table's columns are the publisher's. `figure` is empty where no reconciled name is known for the taxonomy.
-#}
{% macro treasury_figures(published_figures) -%}
    select
        {{ published_figures }}.kunta_koodi as municipality_code,
        {{ published_figures }}.ytunnus as business_id,
        {{ published_figures }}.raportointikokonaisuus as package,
        {{ published_figures }}.raportointikausi as period,
        cast(left({{ published_figures }}.raportointikausi, 4) as integer) as reference_year,
        try_cast(substr({{ published_figures }}.raportointikausi, 6, 2) as integer) as last_month,
        {{ published_figures }}.taksonomia as taxonomy,
        {{ published_figures }}.osakokonaisuus as part,
        {{ published_figures }}.tunnusluku as figure_id,
        treasury_figures.figure,
        {{ published_figures }}.arvo as value_eur,
        case
            when {{ published_figures }}.arvo is null then 'not_available'
            when {{ published_figures }}.hyvaksymisvaihe in ('alustava', 'hyvaksytty') then 'preliminary'
            else 'final'
        end as value_status,
        {{ published_figures }}.hyvaksymisvaihe as acceptance_stage,
        try_cast({{ published_figures }}.hyvaksymispvm as timestamp) as accepted_at,
        try_cast({{ published_figures }}.julkaisupvm as timestamp) as published_at,
        {{ published_figures }}.kommentti as comment_fi,
        {{ published_figures }}.tarkastushavainnot as remarks,
        coalesce(json_array_length({{ published_figures }}.tarkastushavainnot), 0) as remark_count
    from {{ published_figures }}
    left join treasury_figures
        on
            {{ published_figures }}.raportointikokonaisuus = treasury_figures.package
            and {{ published_figures }}.taksonomia = treasury_figures.taxonomy
            and {{ published_figures }}.osakokonaisuus = treasury_figures.part
            and {{ published_figures }}.tunnusluku = treasury_figures.figure_id
{%- endmacro %}
