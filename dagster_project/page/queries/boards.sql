-- Files `board_<segment type>`: chosen KPIs of all segments of a type, for tables.
with

series as (
    select segment_type, {
        s: segment, i: segment_id, k: kpi_index, g: period_grain,
        p: list(period_index order by period_index),
        v: list(value order by period_index),
        a: list(numerator order by period_index),
        b: list(denominator order by period_index),
        n: list(n order by period_index),
        low: list(period_index) filter (is_low_n)
    } as series
    from board_cell
    group by segment_type, segment, segment_id, kpi_index, period_grain
)

select
    concat('board_', segment_type) as file,
    to_json({series: list(series order by series.s, series.i, series.k, series.g)}) as content
from series
group by segment_type
order by segment_type;
