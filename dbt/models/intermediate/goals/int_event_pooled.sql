with

windows as (

    select * from {{ ref('int_event_window') }}

),

priors as (

    select * from {{ ref('int_event_prior') }}

),

gamma_of_each_municipality as (

    -- Gamma prior and Poisson counts give a gamma: shape and rate are the prior's plus observed and expected.
    select
        windows.municipality_code,
        windows.event,
        windows.reference_year,
        windows.first_year,
        windows.mean_population,
        windows.country_rate,
        windows.observed_count,
        windows.expected_count,
        windows.observed_count / windows.expected_count as own_ratio,
        pow(priors.mean_ratio, 2) / priors.ratio_variance
        + windows.observed_count / {{ event_dispersion('windows.event') }} as shape,
        priors.mean_ratio / priors.ratio_variance
        + windows.expected_count / {{ event_dispersion('windows.event') }} as rate,
        priors.mean_ratio / priors.ratio_variance as prior_rate
    from windows
    inner join priors
        on windows.event = priors.event and windows.reference_year = priors.reference_year

),

pooled_ratios as (

    select
        municipality_code,
        event,
        reference_year,
        first_year,
        mean_population,
        country_rate,
        observed_count,
        expected_count,
        own_ratio,
        shape / rate as pooled_ratio,
        {{ gamma_limit('-', 'shape') }} / rate as pooled_ratio_lower,
        {{ gamma_limit('+', 'shape') }} / rate as pooled_ratio_upper,
        1 - prior_rate / rate as own_weight
    from gamma_of_each_municipality

)

select * from pooled_ratios
