{# Time on which people work. Belongs here: minutes of business hours. Does not belong here: which days those are. #}

{#
    Business minutes from the begin of the calendar to a local time, on the clock and by the working days of one
    country; the difference of two is what lies between them. `day` names a row of int_working_days for the date.
#}
{% macro business_minutes_so_far(local_time, day) -%}
    {%- set length = var('business_closing_minute') - var('business_opening_minute') -%}
    (
        cast({{ day }}.working_days_so_far as {{ type_double() }}) * {{ length }}
        - case
            when {{ day }}.is_working_day
                then {{ length }} - least(
                    greatest({{ minutes_since_midnight(local_time) }} - {{ var('business_opening_minute') }}, 0), {{ length }}
                )
            else 0
        end
    )
{%- endmacro %}


{# Minutes and parts of them that a clock shows. #}
{% macro minutes_since_midnight(local_time) -%}
    (
        extract(hour from {{ local_time }}) * 60.0
        + extract(minute from {{ local_time }})
        + extract(second from {{ local_time }}) / 60.0
    )
{%- endmacro %}
