{{ config(meta={'dagster': {'ref': {'name': 'fct_kpi'}}}) }}

-- A win rate or conversion above 1 means that numerator and denominator are of different things. A failing
-- row is a rate outside 0..1; amounts below zero can push a rate by value there. Net revenue retention has
-- growth in it and may exceed 1; costs may exceed the revenue they are measured on, and bookings or pipeline
-- a quota, a deviation its mean, what went on in a period what came in it, and what target accounts do what
-- others do; what a forecast missed has no bounds, nor what a customer is worth, which may be less than
-- nothing. A share of amounts (M08) has no bounds where some are below zero, as those of contractions are.
select *
from {{ ref('fct_kpi') }}
where
    unit = 'ratio'
    and kpi_id not in ('P10', 'V15')
    and variant not like 'throughput_ratio_%'
    and not (kpi_id = 'M08' and variant = 'amount')
    and (value < 0 or (value > 1 and kpi_id not in ('A05', 'P05', 'R01', 'R02', 'R03', 'V04', 'V13', 'V14')))
