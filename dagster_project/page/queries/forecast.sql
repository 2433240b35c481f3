-- File `forecast`: how often deals won that had reached a stage, beside what the CRM had said.
with

calibration as (
    select
        stage, any_value(stage_order) as stage_order,
        sum(closed_count) as closed_count, sum(won_count) as won_count,
        -- Over all types: weighted by the deals that each mean is of.
        sum(crm_probability_mean * crm_probability_count)
        / nullif(sum(crm_probability_count), 0) as crm_probability,
        any_value(stage_default_probability) as stage_probability
    from marts.fct_pipeline_calibration
    where measured_on = (select max(measured_on) from marts.fct_pipeline_calibration)
    group by stage
)

select 'forecast' as file, to_json({
    calibration: (
        select list({
            stage: stage, closed: closed_count, won: won_count,
            won_share: won_count / nullif(closed_count, 0),
            crm: crm_probability, stage_default: stage_probability
        } order by stage_order)
        from calibration
    )
}) as content;
