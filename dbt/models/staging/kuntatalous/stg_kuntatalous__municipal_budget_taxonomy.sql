with

published_cells as (

    select * from {{ source('raw_kuntatalous', 'municipal_budget_taxonomy') }}

),

cells_in_house_names as (

    select
        solutunniste as figure_id,
        versio as taxonomy_version,
        tekninen_versio as technical_version,
        osakokonaisuus as part,
        tunnusluku as name_fi,
        tunnusluku_sv as name_sv,
        tunnusluku_en as name_en,
        tehtava as task_fi,
        case tunnusluku
            when 'Toimintatulot' then 'operating_revenue'
            when 'Toimintamenot' then 'operating_expenses'
            when 'Henkilöstömenot' then 'personnel_expenses'
            when 'Palvelujen ostot' then 'purchased_services'
            when 'VUOSIKATE' then 'annual_margin'
            when 'TILIKAUDEN TULOS' then 'result'
            when 'Lainakanta 31.12.' then 'loan_stock'
            when 'Investointimenot yhteensä (brutto)' then 'gross_investment'
        end as figure,
        case
            when tehtava = 'Talousarvio 202x' then 0
            when tehtava like 'Laadintakauden talousarvio 202x-1%' then -1
            when tehtava = 'Taloussuunnitelma 202x+1' then 1
            when tehtava = 'Taloussuunnitelma 202x+2' then 2
        end as value_year_offset
    from published_cells

)

select * from cells_in_house_names
