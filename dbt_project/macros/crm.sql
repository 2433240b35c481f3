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


{#
    CTE `marketo_person`: whether Marketo mails whom a record (`entity` contact or lead) stands for. Of several
    people of Marketo one suffices.
#}
{% macro marketable_in_marketo(entity) -%}
marketo_person as (
    select
        {{ entity }}_id,
        bool_or(is_marketable) as is_marketable
    from {{ ref('stg_marketo__people') }}
    where {{ entity }}_id is not null
    group by {{ entity }}_id
)
{%- endmacro %}
