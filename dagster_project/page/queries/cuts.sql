-- Files `cut_<number>`: all KPIs of one cut, the movement of its pipeline and what is open.
-- Columns of numbers, one list a KPI and grain, since a page reads thousands of them.
with

kpi_series as (
    select
        cut_index,
        {
            k: kpi_index, g: period_grain,
            p: list(period_index order by period_index),
            v: list(value order by period_index),
            a: list(numerator order by period_index),
            b: list(denominator order by period_index),
            n: list(n order by period_index),
            -- Of most cells there is nothing to say: the periods of those of which there is.
            s: list({p: period_index, s: status}) filter (status not in ('no_target', 'no_value')),
            low: list(period_index) filter (is_low_n),
            restated: list(period_index) filter (is_restated)
        } as series
    from cell
    group by cut_index, kpi_index, period_grain
),

kpis as (
    select cut_index, list(series order by series.k, series.g) as kpis
    from kpi_series group by cut_index
),

account as (
    select
        account_id,
        coalesce(account_segment, '(none)') as account_segment,
        coalesce(territory, '(none)') as territory
    from marts.dim_account
),

moved as (
    select
        cut.cut_index, period.period_grain, period.period_index, movement.*,
        movement.moved_on = period.period_start as is_first_day,
        movement.moved_on = least(period.period_end - 1, as_of.as_of_date) as is_last_day
    from marts.fct_pipeline_movement as movement
    inner join cut
        on cut.cut_type = 'all'
        or (cut.cut_type = 'owner' and coalesce(movement.owner_id, '(none)') = cut.cut_id)
        or (
            cut.cut_type = 'account_segment'
            and coalesce(movement.account_segment, '(none)') = cut.cut_id
        )
    inner join period
        on movement.moved_on >= period.period_start and movement.moved_on < period.period_end
    cross join (select max(as_of_date) as as_of_date from marts.fct_kpi) as as_of
    where period.period_grain in ('month', 'fiscal_quarter', 'fiscal_year', 'all_time')
),

movement_rows as (
    select
        cut_index, period_grain as g, period_index as p,
        coalesce(sum(opening_amount) filter (where is_first_day), 0) as opening,
        sum(created_amount) as created,
        sum(reopened_amount + requalified_amount) as came_back,
        sum(transferred_in_amount - transferred_out_amount) as transferred,
        sum(amount_changed_amount) as changed,
        -sum(won_amount) as won,
        -sum(lost_amount) as lost,
        -sum(disqualified_amount) as disqualified,
        coalesce(sum(closing_amount) filter (where is_last_day), 0) as closing
    from moved
    group by cut_index, period_grain, period_index
),

movements as (
    select cut_index, {
        g: list(g order by g, p), p: list(p order by g, p),
        opening: list(cast(opening as double) order by g, p),
        created: list(cast(created as double) order by g, p),
        came_back: list(cast(came_back as double) order by g, p),
        transferred: list(cast(transferred as double) order by g, p),
        changed: list(cast(changed as double) order by g, p),
        won: list(cast(won as double) order by g, p),
        lost: list(cast(lost as double) order by g, p),
        disqualified: list(cast(disqualified as double) order by g, p),
        closing: list(cast(closing as double) order by g, p)
    } as movement
    from movement_rows
    group by cut_index
),

open_deals as (
    select
        cut.cut_index, opportunity.stage, opportunity.stage_order, opportunity.amount,
        opportunity.weighted_amount,
        -- A date that has passed says nothing of when the deal will close.
        case when opportunity.is_past_due then 'Past due'
            else dim_date.fiscal_quarter_label
        end as closing_quarter
    from marts.fct_opportunity as opportunity
    left join account on opportunity.account_id = account.account_id
    left join territory_region on account.territory = territory_region.territory
    left join marts.dim_date on opportunity.close_date = dim_date.date_day
    inner join cut
        on cut.cut_type = 'all'
        or (cut.cut_type = 'owner' and coalesce(opportunity.owner_id, '(none)') = cut.cut_id)
        or (cut.cut_type = 'account_segment' and account.account_segment = cut.cut_id)
        or (cut.cut_type = 'territory' and account.territory = cut.cut_id)
        or (cut.cut_type = 'region' and territory_region.region = cut.cut_id)
    where opportunity.is_open
),

open_stages as (
    select cut_index, list(stage_row order by stage_row.stage_order) as stages
    from (
        select cut_index, {
            stage: stage, stage_order: any_value(stage_order), count: count(*),
            amount: cast(coalesce(sum(amount), 0) as double),
            weighted: cast(coalesce(sum(weighted_amount), 0) as double)
        } as stage_row
        from open_deals group by cut_index, stage
    )
    group by cut_index
),

open_quarters as (
    select cut_index, list(
            quarter_row
            order by quarter_row.quarter <> 'Past due', quarter_row.quarter
        ) as quarters
    from (
        select cut_index, {
            quarter: coalesce(closing_quarter, 'No date'), count: count(*),
            amount: cast(coalesce(sum(amount), 0) as double),
            weighted: cast(coalesce(sum(weighted_amount), 0) as double)
        } as quarter_row
        from open_deals group by cut_index, closing_quarter
    )
    group by cut_index
)

select
    concat('cut_', cut.cut_index) as file,
    to_json({
        kpis: coalesce(kpis.kpis, []), movement: movements.movement,
        stages: open_stages.stages, quarters: open_quarters.quarters
    }) as content
from cut
left join kpis on cut.cut_index = kpis.cut_index
left join movements on cut.cut_index = movements.cut_index
left join open_stages on cut.cut_index = open_stages.cut_index
left join open_quarters on cut.cut_index = open_quarters.cut_index
order by cut.cut_index;
