-- What all other queries stand on: the periods, the KPIs, the cuts, and the cells of the KPIs.
-- Belongs here: which rows of fct_kpi the page shows. Does not belong here: what a file looks like.

-- Owners' CSV files, by the names that their writer gave; nobody needs them to compute.
create temp table worklist_file (owner_id varchar, file varchar);

create temp table period as
select
    kpi.period_grain,
    kpi.period_start,
    any_value(kpi.period_end) as period_end,
    bool_and(kpi.is_period_complete) as is_complete,
    any_value(
        case kpi.period_grain
            when 'month' then dim_date.month_label
            when 'fiscal_quarter' then dim_date.fiscal_quarter_label
            when 'fiscal_year' then concat('FY', dim_date.fiscal_year)
            else 'All time'
        end
    ) as label,
    row_number() over (partition by kpi.period_grain order by kpi.period_start) - 1 as period_index
from marts.fct_kpi as kpi
left join marts.dim_date on kpi.period_start = dim_date.date_day
where kpi.segment_type = 'all'
    and kpi.period_grain in ('month', 'fiscal_quarter', 'fiscal_year', 'all_time')
    and kpi.period_start <= kpi.as_of_date
group by kpi.period_grain, kpi.period_start;

-- States of the run's day that have no longer history: one period of its own.
insert into period
select 'day', as_of_date, as_of_date + 1, true, 'As of the run''s day', 0
from marts.fct_kpi limit 1;

create temp table kpi as
select
    dim_kpi.*,
    row_number() over (order by dim_kpi.kpi_id, dim_kpi.is_headline desc, dim_kpi.variant) - 1
        as kpi_index
from marts.dim_kpi
where (dim_kpi.kpi_id, dim_kpi.variant) in (select (kpi_id, variant) from marts.fct_kpi);

create temp table territory_region as
select distinct territory_name as territory, region
from marts.dim_territory
where region is not null;

-- A cut is everything, or one segment, region, territory or owner. fct_kpi credits each of them by
-- rules of its own (an owner as of the event), so cuts are not crossed.
create temp table cut as
select row_number() over (order by position, lower(label), cut_id) - 1 as cut_index, *
from (
    select 0 as position, 'all' as cut_type, 'all' as cut_id, 'All' as label
    union all
    select distinct
        case segment_type when 'account_segment' then 1 when 'territory' then 3 else 4 end,
        segment_type, segment_id, segment
    from marts.fct_kpi
    where segment_type in ('account_segment', 'territory', 'owner')
    union all
    select distinct 2, 'region', region, region
    from territory_region
    where territory in (select segment from marts.fct_kpi where segment_type = 'territory')
);

create temp table cell as
with

shown as (
    select
        fct.* exclude (numerator, denominator, kpi_version, as_of_date),
        cast(fct.numerator as double) as numerator,
        cast(fct.denominator as double) as denominator,
        kpi.kpi_index,
        kpi.kpi_type,
        period.period_index
    from marts.fct_kpi as fct
    inner join kpi on fct.kpi_id = kpi.kpi_id and fct.variant = kpi.variant
    inner join period
        on fct.period_grain = period.period_grain and fct.period_start = period.period_start
),

of_one_segment as (
    select
        cut.cut_index, shown.kpi_index, shown.period_grain, shown.period_index,
        shown.numerator, shown.denominator, shown.value, shown.n, shown.is_low_n,
        shown.is_frozen, shown.is_restated, shown.status
    from shown
    inner join cut on shown.segment_type = cut.cut_type and shown.segment_id = cut.cut_id
),

-- Regions are territories added up: summed numerators by summed denominators. A median cannot be.
of_regions as (
    select
        cut.cut_index, shown.kpi_index, shown.period_grain, shown.period_index,
        sum(shown.numerator) as numerator,
        sum(shown.denominator) as denominator,
        case when any_value(shown.kpi_type) = 'ratio'
            then sum(shown.numerator) / nullif(sum(shown.denominator), 0)
            else sum(shown.numerator)
        end as value,
        cast(sum(shown.n) as bigint) as n,
        sum(shown.n) < $low_n as is_low_n,
        bool_and(shown.is_frozen) as is_frozen,
        bool_or(shown.is_restated) as is_restated,
        'no_target' as status
    from shown
    inner join territory_region on shown.segment = territory_region.territory
    inner join cut on cut.cut_type = 'region' and territory_region.region = cut.cut_id
    where shown.segment_type = 'territory' and shown.kpi_type in ('ratio', 'sum', 'count')
    group by cut.cut_index, shown.kpi_index, shown.period_grain, shown.period_index
)

from of_one_segment
union all by name
from of_regions;

-- The other segments that tables list beside each other.
create temp table board_cell as
select
    fct.segment_type, fct.segment, fct.segment_id, kpi.kpi_index, period.period_grain,
    period.period_index, cast(fct.numerator as double) as numerator,
    cast(fct.denominator as double) as denominator, fct.value, fct.n, fct.is_low_n
from marts.fct_kpi as fct
inner join kpi on fct.kpi_id = kpi.kpi_id and fct.variant = kpi.variant
inner join period
    on fct.period_grain = period.period_grain and fct.period_start = period.period_start
where (
    fct.segment_type = 'owner'
    and concat(fct.kpi_id, '/', fct.variant) in (
        'A01/outbound', 'A02/outbound', 'A03/hand_offs', 'P02/booked', 'F02/within_sla',
        'F04/within_sla', 'P01/amount', 'opportunities_won_amount/headline', 'P08/count',
        'P07/won_median', 'R01/bookings_usd', 'R07/won_amount', 'pipeline_open_amount/headline',
        'P05/current_quarter_remaining', 'P05/next_quarter_remaining', 'M09/headline'
    )
) or (
    fct.segment_type = 'territory'
    and concat(fct.kpi_id, '/', fct.variant) in (
        'R02/headline', 'P01/amount', 'opportunities_won_amount/headline', 'P08/count',
        'pipeline_open_amount/headline', 'V02/headline', 'V04/point_to_point'
    )
) or (
    fct.segment_type = 'lead_source'
    and concat(fct.kpi_id, '/', fct.variant) in (
        'F01/inquiry', 'F03/lead_to_conversion', 'F02/within_sla', 'F02/elapsed_minutes_median',
        'P01/amount', 'opportunities_won_amount/headline', 'P08/count'
    )
) or (
    fct.segment_type = 'channel'
    and concat(fct.kpi_id, '/', fct.variant) in (
        'M07/pipeline_first', 'M07/pipeline_last', 'M07/pipeline_linear', 'M07/pipeline_u_shaped',
        'M07/pipeline_w_shaped', 'M07/pipeline_time_decay', 'M07/won_full_path'
    )
) or (
    fct.segment_type = 'sequence'
    and concat(fct.kpi_id, '/', fct.variant) in (
        'M04/reply_rate', 'M04/positive_reply_rate', 'M05/meeting_rate'
    )
);
