{# Reading Salesforce's own conventions; used by models/staging/salesforce only. #}

{# Hashed key of a reference to another record, 15- and 18-character ids alike. #}
{% macro salesforce_key(reference) -%}
    {{ surrogate_key('_source_name', salesforce_id(reference)) }}
{%- endmacro %}


{#
    Hashed key of a reference that may point at several objects, NULL unless it points at the one
    named. The first three characters of an id say what it is: 001 account, 003 contact, 005 user,
    006 opportunity, 00G queue, 00Q lead.
#}
{% macro salesforce_key_of(reference, prefix) -%}
    case when substr({{ clean_text(reference) }}, 1, 3) = '{{ prefix }}' then {{ salesforce_key(reference) }} end
{%- endmacro %}


{# A record may be owned by a queue, which is nobody: it then has no owner. #}
{% macro salesforce_owner_key(reference) -%}
    case when substr({{ clean_text(reference) }}, 1, 3) <> '00G' then {{ salesforce_key(reference) }} end
{%- endmacro %}


{# A part of a compound address: the plain column, else the part of the JSON text beside it. #}
{% macro salesforce_address_part(plain_column, compound_column, key) -%}
    coalesce({{ clean_text(plain_column) }}, {{ json_text(compound_column, key) }})
{%- endmacro %}


{# The first of two columns that is not blank. #}
{% macro first_filled(column, other_column) -%}
    coalesce({{ clean_text(column) }}, {{ clean_text(other_column) }})
{%- endmacro %}
