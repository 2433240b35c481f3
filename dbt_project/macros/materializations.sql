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
    {% call statement('main') -%}
        {{- create_table_as(False, target_relation, compiled_code, 'sql') }}
    {%- endcall %}
    {%- do persist_docs(target_relation, model) %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
