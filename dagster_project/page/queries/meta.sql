-- File `meta`: what the numbers mean and what there is to choose from.
select 'meta' as file, to_json({
    periods: (
        select map_from_entries(list((period_grain, grain)))
        from (
            select period_grain, {
                label: list(label order by period_index),
                start: list(period_start order by period_index),
                complete: list(is_complete order by period_index)
            } as grain
            from period group by period_grain
        )
    ),
    cuts: (select list({type: cut_type, id: cut_id, label: label} order by cut_index) from cut),
    kpis: (
        select list({
            id: kpi.kpi_id, variant: kpi.variant, name: kpi.kpi_name,
            definition: kpi.definition, numerator: kpi.numerator_definition,
            denominator: kpi.denominator_definition, unit: kpi.unit, type: kpi.kpi_type,
            direction: kpi.direction, null_rule: kpi.null_rule, time: kpi.time_basis,
            headline: kpi.is_headline, owner: kpi.owner, version: kpi.version, traps: kpi.traps,
            benchmark: kpi.benchmark, benchmark_strength: kpi.benchmark_strength,
            low: target.target_low, high: target.target_high
        } order by kpi.kpi_index)
        from kpi
        left join (
            select kpi_id, variant, target_low, target_high
            from marts.fct_kpi
            where segment_type = 'all'
                and period_start <= as_of_date
                and coalesce(target_low, target_high) is not null
            qualify row_number() over (
                partition by kpi_id, variant order by period_start desc, period_grain
            ) = 1
        ) as target using (kpi_id, variant)
    ),
    missing: (
        select list(
            {id: dim_kpi.kpi_id, name: dim_kpi.kpi_name, needs: dim_kpi.needs}
            order by dim_kpi.kpi_id
        )
        from marts.dim_kpi
        where dim_kpi.is_headline
            and (dim_kpi.kpi_id, dim_kpi.variant) not in (
                select (kpi_id, variant) from marts.fct_kpi
            )
    )
}) as content;
