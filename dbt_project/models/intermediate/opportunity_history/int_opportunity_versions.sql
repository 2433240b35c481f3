{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='opportunity_version_id',
    on_schema_change='append_new_columns',
    full_refresh=false,
    pre_hook=["{{ note_rows('before') }}", "{{ note_rows('kept') }}"],
    post_hook="{{ note_rows('after') }}"
) }}

-- The versions of a record that nights saw, by its modification stamp, with the day from which each was
-- known. Never built anew. Where a vendor delivers history this is a second witness that nobody asks. A run
-- for a day that nights have passed adds nothing, and what was modified after the run's day waits for the
-- night that describes it.
with opportunities as (
    select * from {{ source('gate', 'opportunity') }}
),

versions as (
    select
        opportunity_id,
        modified_at,
        stage,
        amount_original,
        close_date,
        owner_id,
        probability,
        forecast_category,
        {{ fingerprint([
            'stage', 'amount_original', 'close_date', 'owner_id', 'probability', 'forecast_category'
        ]) }} as version_fingerprint
    from opportunities
    where {{ business_date('modified_at') }} <= cast('{{ var("as_of_date") }}' as date)
),

identified as (
    select
        -- One stamp may come with other values later: formula fields do not move it.
        {{ surrogate_key(
            'opportunity_id', 'cast(modified_at as ' ~ dbt.type_string() ~ ") || '|' || version_fingerprint"
        ) }} as opportunity_version_id,
        *,
        cast('{{ var("as_of_date") }}' as date) as known_on
    from versions
),

final as (
    select identified.*
    from identified
    {% if is_incremental() %}
        left join {{ this }} as kept
            on identified.opportunity_version_id = kept.opportunity_version_id
        where
            kept.opportunity_version_id is null
            and identified.known_on >= (select coalesce(max(known_on), identified.known_on) from {{ this }})
    {% endif %}
)

select * from final
