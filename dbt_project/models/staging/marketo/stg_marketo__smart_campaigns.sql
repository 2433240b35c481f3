with source as (
    select * from {{ source('raw_marketo', 'campaign') }}
),

programs as (
    select * from {{ source('raw_marketo', 'program') }}
),

crm as (
    select
        source_name,
        crm_source_name,
        crm_source_type
    from {{ source('config', 'source') }}
),

joined as (
    select
        source._source_name,
        source._record_id,
        coalesce({{ clean_text('programs.name') }}, {{ clean_text('source.programName') }}) as program_name,
        {{ clean_text('programs.sfdcId') }} as crm_campaign_id,
        crm.crm_source_name,
        crm.crm_source_type
    from source
    left join programs
        on
            source._source_name = programs._source_name
            and {{ clean_text('source.programId') }} = programs._record_id
    left join crm
        on source._source_name = crm.source_name
),

final as (
    select
        {{ surrogate_key('_source_name', '_record_id') }} as marketo_campaign_id,
        _source_name as source_name,
        {{ clean_text('_record_id') }} as source_record_id,
        program_name,
        {{ crm_key('crm_campaign_id') }} as campaign_id
    from joined
)

select * from final
