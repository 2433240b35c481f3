{# Who acts. Belongs here: the key of an individual. Does not belong here: which records are one (int_individuals). #}

{# Who has an address is one individual, whatever records there are of it; without one the person of the record is. #}
{% macro individual_key(email, person_id='null') -%}
    coalesce({{ surrogate_key("'address'", email) }}, {{ person_id }})
{%- endmacro %}
