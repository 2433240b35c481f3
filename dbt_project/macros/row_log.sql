{#
    How many rows an incremental model took away and added in a run; tables that are built anew need no note.
    Belongs here: noting. Does not belong here: showing it (dagster_project/warehouse/rows.py).
#}

{% macro create_row_log() -%}
    create schema if not exists run_log;
    create table if not exists run_log.row_count (
        table_schema varchar,
        table_name varchar,
        moment varchar,
        row_count bigint
    );
{%- endmacro %}


{#
    A hook: the rows that the table has at a moment: before anything, when what is stale was taken away (kept),
    and after. A table that is built for the first time, or anew, had none.
#}
{% macro note_rows(moment) -%}
    delete from run_log.row_count
    where table_schema = '{{ this.schema }}' and table_name = '{{ this.identifier }}' and moment = '{{ moment }}';
    insert into run_log.row_count
    {% if moment == 'after' or is_incremental() -%}
        select '{{ this.schema }}', '{{ this.identifier }}', '{{ moment }}', count(*) from {{ this }}
    {%- else -%}
        values ('{{ this.schema }}', '{{ this.identifier }}', '{{ moment }}', 0)
    {%- endif %}
{%- endmacro %}
