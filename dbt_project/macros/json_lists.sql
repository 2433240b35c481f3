{#
    Lists inside JSON text, as interfaces return them. Like macros/engine.sql: what differs between
    SQL engines, each macro dispatched.
#}

{# One row for each entry of the list at `path` of a JSON text; none where there is no such list. #}
{% macro unnest_json_list(json, path) -%}
    {{ return(adapter.dispatch('unnest_json_list', 'cultivar')(json, path)) }}
{%- endmacro %}

{% macro duckdb__unnest_json_list(json, path) -%}
    unnest(json_extract({{ json }}, '{{ path }}[*]'))
{%- endmacro %}


{# One row for each part of a text with separators, without surrounding blanks. #}
{% macro unnest_parts(text, separator) -%}
    {{ return(adapter.dispatch('unnest_parts', 'cultivar')(text, separator)) }}
{%- endmacro %}

{% macro duckdb__unnest_parts(text, separator) -%}
    trim(unnest(string_split({{ text }}, '{{ separator }}')))
{%- endmacro %}


{# The id of the entry with that type in a JSON list of entries with id and type, else of the first. #}
{% macro json_id_of_type(json, path, type) -%}
    {{ return(adapter.dispatch('json_id_of_type', 'cultivar')(json, path, type)) }}
{%- endmacro %}

{% macro duckdb__json_id_of_type(json, path, type) -%}
    list_extract(
        json_extract_string({{ json }}, '{{ path }}[*].id'),
        coalesce(nullif(list_position(json_extract_string({{ json }}, '{{ path }}[*].type'), '{{ type }}'), 0), 1)
    )
{%- endmacro %}


{# An instant from milliseconds since 1970; NULL for text that is no such number. #}
{% macro timestamp_of_milliseconds(text) -%}
    {{ return(adapter.dispatch('timestamp_of_milliseconds', 'cultivar')(text)) }}
{%- endmacro %}

{% macro duckdb__timestamp_of_milliseconds(text) -%}
    case
        when regexp_full_match({{ clean_text(text) }}, '[0-9]{9,14}')
            then timezone('UTC', make_timestamp_ms(cast({{ clean_text(text) }} as bigint)))
    end
{%- endmacro %}


{# 'economic_buyer' as 'Economic Buyer'. #}
{% macro title_of_name(text) -%}
    {{ return(adapter.dispatch('title_of_name', 'cultivar')(text)) }}
{%- endmacro %}

{% macro duckdb__title_of_name(text) -%}
    array_to_string(
        list_transform(
            string_split({{ clean_text(text) }}, '_'), lambda word : upper(substr(word, 1, 1)) || substr(word, 2)
        ),
        ' '
    )
{%- endmacro %}


{# One row for each entry of a JSON list of texts. #}
{% macro unnest_json_texts(json) -%}
    {{ return(adapter.dispatch('unnest_json_texts', 'cultivar')(json)) }}
{%- endmacro %}

{% macro duckdb__unnest_json_texts(json) -%}
    unnest(json_extract_string({{ json }}, '$[*]'))
{%- endmacro %}


{# The text `wanted` of the first entry whose `key` is `value`, in the JSON list at `path`. #}
{% macro json_text_where(json, path, key, value, wanted) -%}
    {{ return(adapter.dispatch('json_text_where', 'cultivar')(json, path, key, value, wanted)) }}
{%- endmacro %}

{% macro duckdb__json_text_where(json, path, key, value, wanted) -%}
    list_extract(
        json_extract_string({{ json }}, '{{ path }}[*].{{ wanted }}'),
        nullif(list_position(json_extract_string({{ json }}, '{{ path }}[*].{{ key }}'), '{{ value }}'), 0)
    )
{%- endmacro %}
