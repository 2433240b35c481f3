{#
    Hashed key of a record of the CRM that another source names by its id there. The CRM is the one that
    the company file gives the source (crm_source); without one nothing can be referred to. Needs the
    columns of config.source.
#}
{% macro crm_key(reference) -%}
    {{ surrogate_key(
        'crm_source_name',
        "case when crm_source_type = 'salesforce_export' then " ~ salesforce_id(reference)
        ~ ' else ' ~ clean_text(reference) ~ ' end'
    ) }}
{%- endmacro %}
