-- How views and tables are written to DuckDB: in place, within one transaction, which a reader sees whole
-- or not at all. Belongs here: what dbt-duckdb's own way does with two renamings, a removal and a second
-- transaction a relation, which on a small company is a third of a night. Does not belong here: incremental
-- models, which are as dbt-duckdb has them.

{% materialization view, adapter='duckdb' %}
    {%- set existing_relation = load_cached_relation(this) -%}
    {%- set target_relation = this.incorporate(type='view') -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {%- if existing_relation is not none and not existing_relation.is_view %}
        {%- do adapter.ensure_transaction() %}
        {%- do adapter.drop_relation(existing_relation) %}
    {%- endif %}
    {% call statement('main') -%}
        create or replace view {{ target_relation }} as (
            {{ sql }}
        )
    {%- endcall %}
    {%- do persist_docs(target_relation, model) %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{% materialization table, adapter='duckdb', supported_languages=['sql'] %}
    {%- set existing_relation = load_cached_relation(this) -%}
    {%- set target_relation = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {%- if existing_relation is not none %}
        {%- do adapter.ensure_transaction() %}
        {%- do adapter.drop_relation(existing_relation) %}
    {%- endif %}
    {%- set is_checked_as_written = is_checked_as_written() -%}
    {% call statement('main') -%}
        {%- if is_checked_as_written -%}
            create table {{ target_relation }} as (
                {{ compiled_code }}
            )
        {%- else -%}
            {{- create_table_as(False, target_relation, compiled_code, 'sql') }}
        {%- endif -%}
    {%- endcall %}
    {%- if is_checked_as_written -%}
        {%- do assert_columns_as_declared(target_relation) -%}
    {%- endif -%}
    {%- do persist_docs(target_relation, model) %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

-- Whether a contract is held against the written table: dbt asks for the query's columns before it runs the
-- query, and where that reads a vendor's whole staging, planning it twice costs as much as running it. A
-- contract with constraints needs the table first, so those are dbt's.
{% macro is_checked_as_written() -%}
    {%- set constrained = [] -%}
    {%- for column in model.columns.values() if column.get('constraints') -%}
        {%- do constrained.append(column.name) -%}
    {%- endfor -%}
    {{- return(config.get('contract').enforced and not model.get('constraints') and not constrained) -}}
{%- endmacro %}

{% macro assert_columns_as_declared(relation) -%}
    {%- if not model.columns -%}
        {%- do exceptions.raise_contract_error([], []) -%}
    {%- endif -%}
    {%- set written = format_columns(get_column_schema_from_query('select * from ' ~ relation)) -%}
    {%- set declared = format_columns(get_column_schema_from_query(get_empty_schema_sql(model.columns))) -%}
    {%- if written | map(attribute='formatted') | list != declared | map(attribute='formatted') | list -%}
        {%- do exceptions.raise_contract_error(declared, written) -%}
    {%- endif -%}
{%- endmacro %}
