{{ config(meta={'dagster': {'ref': {'name': 'fct_row_balance'}}}) }}

-- Nothing is lost: every record that came in is in a mart, held back by a rule, or left out for a stated
-- reason. A failing row is a source and entity where records vanished or multiplied.
select *
from {{ ref('fct_row_balance') }}
where rows_in <> rows_out + rows_quarantined + rows_excluded
