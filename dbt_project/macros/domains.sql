{# The host of a web address in lower case, without scheme, user, www, port and path; NULL when there is none. #}
{% macro website_domain(website) -%}
    {{ regexp_extract('lower(' ~ clean_text(website) ~ ')', '^(?:(?:[a-z][a-z0-9+.-]*:)?//)?(?:[^/@?# ]*@)?(?:www[0-9]*[.])?([^/:?#@ ]+[.][^/:?#@ .]+)[.]?(?:[/:?#]|$)') }}
{%- endmacro %}


{# What stands behind the last @ of an e-mail address, in lower case; NULL when it is no domain. #}
{% macro email_domain(email) -%}
    {{ regexp_extract('lower(' ~ clean_text(email) ~ ')', '@([^@ ]+[.][^@ .]+)$') }}
{%- endmacro %}
