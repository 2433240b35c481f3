{#
    Everything that differs between SQL engines, and nothing else. Each macro is dispatched: another
    engine adds its own `<engine>__<name>` here and the models stay as they are.

    What takes more than an expression is an SQL function that `create_engine_functions` puts into
    the warehouse at the start of every run; the macro of the same name calls it. So the compiled
    models stay readable.

    Text parsers never fail and never guess: text that cannot be read becomes NULL, and the model
    records the original text with `unreadable_values`.
#}

{% macro create_engine_functions() -%}
    {{ return(adapter.dispatch('create_engine_functions', 'cultivar')()) }}
{%- endmacro %}

{% macro duckdb__create_engine_functions() -%}
    create or replace macro clean_text(original) as
        nullif(trim(original, chr(9) || chr(10) || chr(13) || chr(32) || chr(160)), '');

    -- Every accepted notation of a date or stamp in one: 2024-01-31, 2024-01-31 23:30:00.5,
    -- 2024-01-31 11:30 PM, 2024-01-31 23:30+0200; anything else becomes the empty text. Dates that
    -- do not begin with a four-digit year are read in the stated order only. Two-digit years are
    -- 1970..2069. Recent browsers write a narrow no-break space (8239) before AM and PM.
    create or replace macro order_date_text(original, date_order) as
        case date_order
            when 'mdy' then regexp_replace(original, '^([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4}|[0-9]{2})([^0-9]|$)', '\3-\1-\2\4')
            when 'dmy' then regexp_replace(original, '^([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4}|[0-9]{2})([^0-9]|$)', '\3-\2-\1\4')
            when 'ymd' then regexp_replace(original, '^([0-9]{4}|[0-9]{2})[/.-]([0-9]{1,2})[/.-]([0-9]{1,2})([^0-9]|$)', '\1-\2-\3\4')
            else original
        end;

    create or replace macro add_century(ordered) as
        regexp_replace(regexp_replace(ordered, '^([0-6][0-9])-', '20\1-'), '^([7-9][0-9])-', '19\1-');

    create or replace macro space_clock(ordered) as
        regexp_replace(
            regexp_replace(
                regexp_replace(
                    regexp_replace(ordered, '^([0-9-]+)(T|,? )', '\1 '),
                    ' ?(Z|UTC)$', '+0000'
                ),
                ' ([+-][0-9:]+)$', '\1'
            ),
            '([0-9]) ?([AP]M)$', '\1 \2'
        );

    create or replace macro iso_text(original, date_order) as
        regexp_extract(
            space_clock(add_century(order_date_text(replace(upper(clean_text(original)), chr(8239), ' '), date_order))),
            '^([1-9][0-9]{3}-[0-9]{1,2}-[0-9]{1,2}('
            || ' ([01]?[0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?([+-](0[0-9]|1[0-4])(:?[0-5][0-9])?)?'
            || '| (0?[1-9]|1[0-2]):[0-5][0-9](:[0-5][0-9])? [AP]M)?)$',
            1
        );

    -- The first branch of the next two is what nearly every row has.
    create or replace macro parse_date(original, date_order) as
        case
            when regexp_full_match(original, '[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}') then try_cast(original as date)
            else try_cast(regexp_extract(iso_text(original, date_order), '^[0-9-]+') as date)
        end;

    create or replace macro parse_timestamp(original, date_order, time_zone) as
        case
            when regexp_full_match(
                original,
                '[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]([.][0-9]{1,9})?(Z|[+-]0[0-9]:?[0-5][0-9])'
            )
                then try_cast(original as timestamp with time zone)
            else coalesce(
                timezone(
                    time_zone,
                    try_strptime(
                        iso_text(original, date_order),
                        [
                            '%Y-%m-%d', '%Y-%m-%d %H:%M:%S', '%Y-%m-%d %H:%M', '%Y-%m-%d %H:%M:%S.%n',
                            '%Y-%m-%d %I:%M %p', '%Y-%m-%d %I:%M:%S %p'
                        ]
                    )
                ),
                try_strptime(
                    iso_text(original, date_order),
                    ['%Y-%m-%d %H:%M:%S%z', '%Y-%m-%d %H:%M:%S.%n%z', '%Y-%m-%d %H:%M%z']
                )
            )
        end;

    -- Plain and scientific notation; commas only as thousands separators that can be nothing else
    -- (1,234,567 or 1,234.50). '1,234' may be a decimal comma and is not read. No number gives the
    -- empty text.
    create or replace macro number_text(original) as
        replace(
            regexp_extract(
                clean_text(original),
                '^([+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]{1,3})?'
                || '|[+-]?[0-9]{1,3}((,[0-9]{3})+[.][0-9]+|(,[0-9]{3}){2,}))$',
                1
            ),
            ',', ''
        );

    create or replace macro parse_integer(original) as
        case
            when try_cast(number_text(original) as decimal(28, 6)) % 1 = 0
                then try_cast(try_cast(number_text(original) as decimal(28, 6)) as bigint)
        end;

    create or replace macro parse_double(original) as
        case when isfinite(try_cast(number_text(original) as double)) then try_cast(number_text(original) as double) end;

    create or replace macro parse_boolean(original) as
        case
            when lower(clean_text(original)) in ('true', 't', 'yes', 'y', '1', '1.0', 'on') then true
            when lower(clean_text(original)) in ('false', 'f', 'no', 'n', '0', '0.0', 'off') then false
        end;

    -- One of the last three characters of a Salesforce id. It stands for five of the first fifteen:
    -- bit n is set where character n is a capital.
    create or replace macro salesforce_id_suffix(five) as
        substr(
            'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345',
            1 + cast(
                '0b' || reverse(regexp_replace(regexp_replace(five, '[^A-Z]', '0', 'g'), '[A-Z]', '1', 'g')) as integer
            ),
            1
        );

    -- The value of the first pair of that name in a JSON list of pairs, [{"name": …, "value": …}].
    create or replace macro json_pair_value(pairs, wanted) as
        case
            when json_valid(pairs)
                then nullif(
                    trim(
                        list_extract(
                            json_extract_string(pairs, '$[*].value'),
                            list_position(json_extract_string(pairs, '$[*].name'), wanted)
                        )
                    ),
                    ''
                )
        end;

    create or replace macro salesforce_id(original) as
        case
            when length(clean_text(original)) = 15
                then
                    clean_text(original)
                    || salesforce_id_suffix(substr(clean_text(original), 1, 5))
                    || salesforce_id_suffix(substr(clean_text(original), 6, 5))
                    || salesforce_id_suffix(substr(clean_text(original), 11, 5))
            else clean_text(original)
        end;
{%- endmacro %}


{# ---- text ------------------------------------------------------------------------------------ #}

{# Without surrounding blanks, tabs, line ends and no-break spaces; NULL when nothing is left. #}
{% macro clean_text(text) -%}
    clean_text({{ text }})
{%- endmacro %}


{% macro regexp_extract(text, pattern, group=1) -%}
    {{ return(adapter.dispatch('regexp_extract', 'cultivar')(text, pattern, group)) }}
{%- endmacro %}

{# NULL, not the empty string, where the pattern does not match. #}
{% macro duckdb__regexp_extract(text, pattern, group) -%}
    nullif(regexp_extract({{ text }}, '{{ pattern }}', {{ group }}), '')
{%- endmacro %}


{% macro regexp_is_match(text, pattern) -%}
    {{ return(adapter.dispatch('regexp_is_match', 'cultivar')(text, pattern)) }}
{%- endmacro %}

{# True when the pattern matches anywhere in the text; anchor it to match the whole. #}
{% macro duckdb__regexp_is_match(text, pattern) -%}
    regexp_matches({{ text }}, '{{ pattern }}')
{%- endmacro %}


{% macro json_text(json, key) -%}
    {{ return(adapter.dispatch('json_text', 'cultivar')(json, key)) }}
{%- endmacro %}

{# NULL when the text is no JSON, the key is absent or its value is null or blank. #}
{% macro duckdb__json_text(json, key) -%}
    case when json_valid({{ json }}) then nullif(trim(json_extract_string({{ json }}, '$."{{ key }}"')), '') end
{%- endmacro %}


{# NULL when the text is no JSON list of pairs with name and value, or none has the name. #}
{% macro json_pair_value(pairs, name) -%}
    json_pair_value({{ pairs }}, '{{ name }}')
{%- endmacro %}


{% macro is_json(text) -%}
    {{ return(adapter.dispatch('is_json', 'cultivar')(text)) }}
{%- endmacro %}

{% macro duckdb__is_json(text) -%}
    json_valid({{ text }})
{%- endmacro %}


{# ---- keys ------------------------------------------------------------------------------------ #}

{% macro surrogate_key(source_name, record_id) -%}
    {{ return(adapter.dispatch('surrogate_key', 'cultivar')(source_name, record_id)) }}
{%- endmacro %}

{#
    NULL when the record's natural key is NULL or blank. A source's name holds no '|', so two
    different pairs never give the same text.
#}
{% macro default__surrogate_key(source_name, record_id) -%}
    md5({{ source_name }} || '|' || {{ clean_text(record_id) }})
{%- endmacro %}


{#
    A hash of the expressions' texts, in order. Tells NULL from blank, so that two rows have the same one only
    if they hold the same values.
#}
{% macro fingerprint(expressions) -%}
    {{ return(adapter.dispatch('fingerprint', 'cultivar')(expressions)) }}
{%- endmacro %}

{% macro default__fingerprint(expressions) -%}
    md5(
        {%- for expression in expressions %}
        coalesce('=' || cast({{ expression }} as {{ dbt.type_string() }}), '') || '|'
            {%- if not loop.last %} ||{% endif %}
        {%- endfor %}
    )
{%- endmacro %}


{#
    The case-safe 18-character form of a Salesforce id. Anything that is not 15 characters long
    stays as it is.
#}
{% macro salesforce_id(text) -%}
    salesforce_id({{ text }})
{%- endmacro %}


{# ---- dates and instants ---------------------------------------------------------------------- #}

{# A date is never shifted: of a stamp the day is taken as written, whatever its offset. #}
{% macro parse_date(text, date_order='_date_order') -%}
    parse_date({{ text }}, {{ date_order }})
{%- endmacro %}


{#
    An instant. A stamp with an offset is taken by its offset; one without, and a bare date (local
    midnight), by the time zone given, as a rule the one of the source. A local time that a clock change skips is read one hour
    later; one that happens twice is the second of the two.
#}
{% macro parse_timestamp(text, date_order='_date_order', time_zone='_source_time_zone') -%}
    parse_timestamp({{ text }}, {{ date_order }}, {{ time_zone }})
{%- endmacro %}


{% macro business_date(instant, time_zone=none) -%}
    {{ return(adapter.dispatch('business_date', 'cultivar')(instant, time_zone)) }}
{%- endmacro %}

{# The calendar day of an instant, in the reporting time zone unless another (an SQL expression) is given. #}
{% macro duckdb__business_date(instant, time_zone) -%}
    cast(timezone({{ time_zone or "'" ~ var('reporting_time_zone') ~ "'" }}, {{ instant }}) as date)
{%- endmacro %}


{% macro start_of_day(date, time_zone=none) -%}
    {{ return(adapter.dispatch('start_of_day', 'cultivar')(date, time_zone)) }}
{%- endmacro %}

{# The instant at which a calendar day begins, in the reporting time zone unless another is given. #}
{% macro duckdb__start_of_day(date, time_zone) -%}
    timezone({{ time_zone or "'" ~ var('reporting_time_zone') ~ "'" }}, cast({{ date }} as timestamp))
{%- endmacro %}


{% macro local_time(instant, time_zone=none) -%}
    {{ return(adapter.dispatch('local_time', 'cultivar')(instant, time_zone)) }}
{%- endmacro %}

{# What the clock on the wall showed at an instant: a timestamp without time zone. #}
{% macro duckdb__local_time(instant, time_zone) -%}
    timezone({{ time_zone or "'" ~ var('reporting_time_zone') ~ "'" }}, {{ instant }})
{%- endmacro %}


{% macro add_days(date, days) -%}
    {{ return(adapter.dispatch('add_days', 'cultivar')(date, days)) }}
{%- endmacro %}

{% macro duckdb__add_days(date, days) -%}
    cast({{ date }} + cast({{ days }} as integer) as date)
{%- endmacro %}


{% macro add_months(date, months) -%}
    {{ return(adapter.dispatch('add_months', 'cultivar')(date, months)) }}
{%- endmacro %}

{# The last day of a shorter month where the day does not exist: 31 January + 1 = 28 or 29 February. #}
{% macro duckdb__add_months(date, months) -%}
    cast({{ date }} + to_months(cast({{ months }} as integer)) as date)
{%- endmacro %}


{% macro add_seconds(instant, seconds) -%}
    {{ return(adapter.dispatch('add_seconds', 'cultivar')(instant, seconds)) }}
{%- endmacro %}

{% macro duckdb__add_seconds(instant, seconds) -%}
    ({{ instant }} + to_seconds(cast({{ seconds }} as bigint)))
{%- endmacro %}


{% macro days_between(start_date, end_date) -%}
    {{ return(adapter.dispatch('days_between', 'cultivar')(start_date, end_date)) }}
{%- endmacro %}

{# Whole calendar days from the first date to the second; negative when the second is earlier. #}
{% macro duckdb__days_between(start_date, end_date) -%}
    datediff('day', cast({{ start_date }} as date), cast({{ end_date }} as date))
{%- endmacro %}


{% macro seconds_between(start_instant, end_instant) -%}
    {{ return(adapter.dispatch('seconds_between', 'cultivar')(start_instant, end_instant)) }}
{%- endmacro %}

{% macro duckdb__seconds_between(start_instant, end_instant) -%}
    datediff('second', {{ start_instant }}, {{ end_instant }})
{%- endmacro %}


{% macro date_start(grain, date) -%}
    {{ return(adapter.dispatch('date_start', 'cultivar')(grain, date)) }}
{%- endmacro %}

{# First day of the calendar week (Monday), month, quarter or year the date lies in, as a date. #}
{% macro duckdb__date_start(grain, date) -%}
    cast(date_trunc('{{ grain }}', {{ date }}) as date)
{%- endmacro %}


{% macro iso_day_of_week(date) -%}
    {{ return(adapter.dispatch('iso_day_of_week', 'cultivar')(date)) }}
{%- endmacro %}

{# 1 (Monday) .. 7 (Sunday). #}
{% macro duckdb__iso_day_of_week(date) -%}
    cast(isodow({{ date }}) as integer)
{%- endmacro %}


{% macro date_series(first_date, last_date) -%}
    {{ return(adapter.dispatch('date_series', 'cultivar')(first_date, last_date)) }}
{%- endmacro %}

{# A table expression with one column, date_day: every day from the first to the last, both included. #}
{% macro duckdb__date_series(first_date, last_date) -%}
    select cast(day_start as date) as date_day
    from generate_series(
        cast({{ first_date }} as timestamp), cast({{ last_date }} as timestamp), interval 1 day
    ) as series (day_start)
{%- endmacro %}


{# ---- numbers and booleans -------------------------------------------------------------------- #}

{# Rounded half away from zero to the scale; a number too large for the precision is unreadable. #}
{% macro parse_decimal(text, precision=18, scale=2) -%}
    {{ try_cast('number_text(' ~ text ~ ')', 'decimal(' ~ precision ~ ', ' ~ scale ~ ')') }}
{%- endmacro %}


{# '577.0' is a whole number that a spreadsheet wrote; '577.5' is not one and is unreadable. #}
{% macro parse_integer(text) -%}
    parse_integer({{ text }})
{%- endmacro %}


{# Infinity and not-a-number are unreadable. #}
{% macro parse_double(text) -%}
    parse_double({{ text }})
{%- endmacro %}


{% macro try_cast(expression, data_type) -%}
    {{ return(adapter.dispatch('try_cast', 'cultivar')(expression, data_type)) }}
{%- endmacro %}

{% macro duckdb__try_cast(expression, data_type) -%}
    try_cast({{ expression }} as {{ data_type }})
{%- endmacro %}


{# `blank` is what a blank means: none (NULL), true or false. Some exports leave false blank. #}
{% macro parse_boolean(text, blank=none) -%}
    {%- if blank is none -%}
        parse_boolean({{ text }})
    {%- else -%}
        case when {{ clean_text(text) }} is null then {{ blank | string | lower }} else parse_boolean({{ text }}) end
    {%- endif -%}
{%- endmacro %}


{% macro type_double() -%}
    {{ return(adapter.dispatch('type_double', 'cultivar')()) }}
{%- endmacro %}

{# dbt's own type_float is 32 bits wide on some engines. #}
{% macro default__type_double() -%}
    double
{%- endmacro %}

{% macro postgres__type_double() -%}
    double precision
{%- endmacro %}


{% macro safe_divide(numerator, denominator) -%}
    {{ return(adapter.dispatch('safe_divide', 'cultivar')(numerator, denominator)) }}
{%- endmacro %}

{# A ratio of unknown size is unknown: NULL on a zero denominator, never 0. #}
{% macro default__safe_divide(numerator, denominator) -%}
    (cast({{ numerator }} as {{ type_double() }}) / nullif(cast({{ denominator }} as {{ type_double() }}), 0))
{%- endmacro %}


{# ---- aggregates ------------------------------------------------------------------------------ #}

{% macro percentile(expression, fraction, condition=none) -%}
    {{ return(adapter.dispatch('percentile', 'cultivar')(expression, fraction, condition)) }}
{%- endmacro %}

{# Continuous percentile (interpolated), as a double; `condition` limits the rows that count. #}
{% macro default__percentile(expression, fraction, condition) -%}
    percentile_cont({{ fraction }}) within group (order by cast({{ expression }} as {{ type_double() }}))
    {%- if condition %} filter (where {{ condition }}){% endif %}
{%- endmacro %}


{% macro latest_filled(expression, stamp, tie_break) -%}
    {{ return(adapter.dispatch('latest_filled', 'cultivar')(expression, stamp, tie_break)) }}
{%- endmacro %}

{# The value of the group's row with the latest stamp, among the rows that have a value. #}
{% macro duckdb__latest_filled(expression, stamp, tie_break) -%}
    arg_max({{ expression }}, row({{ stamp }}, {{ tie_break }})) filter (where {{ expression }} is not null)
{%- endmacro %}


{% macro earliest_filled(expression, stamp, tie_break) -%}
    {{ return(adapter.dispatch('earliest_filled', 'cultivar')(expression, stamp, tie_break)) }}
{%- endmacro %}

{# The value of the group's row with the earliest stamp, among the rows that have a value. #}
{% macro duckdb__earliest_filled(expression, stamp, tie_break) -%}
    arg_min({{ expression }}, row({{ stamp }}, {{ tie_break }})) filter (where {{ expression }} is not null)
{%- endmacro %}


{% macro median(expression, condition=none) -%}
    {{ percentile(expression, 0.5, condition) }}
{%- endmacro %}


{# Larger than any duration, in whatever unit. #}
{% macro never() -%}
    1e15
{%- endmacro %}


{#
    Percentile of durations that have not all ended: those going on, which are NULL, rank last. NULL where it lies
    among them. `condition` limits the rows that count.
#}
{% macro censored_percentile(expression, fraction, condition='true') -%}
    case
        when
            count({{ expression }}) filter (where {{ condition }})
            > ceil({{ fraction }} * (count(*) filter (where {{ condition }}) - 1))
            then {{ percentile('coalesce(' ~ expression ~ ', ' ~ never() ~ ')', fraction, condition) }}
    end
{%- endmacro %}
