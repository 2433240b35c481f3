{%- set original_texts = {
    'sales_role': 'sales_role',
    'hired_on': 'hired_on',
    'left_on': 'left_on',
    'ramp_months': 'ramp_months',
    'is_deleted': 'is_deleted',
} -%}

with source as (
    select * from {{ source('raw_files', 'employee') }}
),

typed as (
    select
        source.*,
        nullif({{ sales_role('sales_role') }}, 'unmapped') as typed_sales_role,
        {{ parse_date('hired_on') }} as typed_hired_on,
        {{ parse_date('left_on') }} as typed_left_on,
        {{ parse_integer('ramp_months') }} as typed_ramp_months,
        {{ parse_boolean('is_deleted', blank=false) }} as typed_is_deleted
    from source
),

final as (
    select
        {{ surrogate_key('_source_name', '_record_id') }} as employee_id,
        _source_name as source_name,
        {{ clean_text('_record_id') }} as source_record_id,
        {{ clean_text('full_name') }} as full_name,
        lower({{ clean_text('email') }}) as email,
        {{ clean_text('title') }} as title,
        {{ clean_text('department') }} as department,
        {{ sales_role('sales_role') }} as sales_role,
        {{ clean_text('team') }} as team,
        {{ clean_text('region') }} as region,
        upper({{ clean_text('country_code') }}) as country_code,
        {{ clean_text('time_zone') }} as time_zone,
        lower({{ clean_text('manager_email') }}) as manager_email,
        typed_hired_on as hired_on,
        typed_left_on as left_on,
        cast(typed_ramp_months as integer) as ramp_months,
        typed_is_deleted or coalesce(_is_absent, false) as is_deleted,
        {{ unreadable_values(original_texts) }} as unreadable_values,
        _custom_fields as custom_fields
    from typed
)

select * from final
