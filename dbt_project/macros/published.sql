{#- Relations named without their database: the view is copied into the published file, where the
    same schemas and tables stand under another one. -#}

{% macro published_ref(model) -%}
    {{ return(ref(model).include(database=false)) }}
{%- endmacro %}

{% macro published_source(source_name, table_name) -%}
    {{ return(source(source_name, table_name).include(database=false)) }}
{%- endmacro %}
