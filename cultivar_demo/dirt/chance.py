"""Findings that come about by themselves: what busy people leave undone, by rule.

Belongs here: for each rule, the live records that break it at the end of the last day, written from
the hygiene catalogue over schema ``record``. Planted ones are among them and keep their label. Does
not belong here: planting.
"""

from __future__ import annotations

from cultivar_demo.dirt.records import Records

_JUDGED = """
    create or replace temp view judged_{entity} as
    select base.*, latest.* exclude ({key})
    from record.{base} as base
    join (
        from record.{versions}
        qualify row_number() over (partition by {key} order by version_at desc) = 1
    ) as latest on latest.{key} = base.{key}
    where not latest.is_deleted and base.{key} not in (
        select record_id from record.not_counted
        where entity = '{entity}' and not starts_with(reason, 'quarantined')
    )
"""
"""Records that rules are applied to: neither deleted, merged nor excluded, as of the last day."""

CHANCES: dict[str, tuple[str, str, str]] = {
    # rule and place: (entity, field, query for the ids)
    "A02": ("account", "website", "select account_id from judged_account where website is null"),
    "O04": (
        "opportunity", "close_date",
        "select opportunity_id from judged_opportunity "
        "where close_date is null or (not is_closed and close_date < $last_day)",
    ),
    "O06": (
        "opportunity", "close_date",
        "select opportunity_id from judged_opportunity where close_date < "
        "cast(timezone('America/New_York', timezone('UTC', created_at)) as date)",
    ),
    "O07": (
        "opportunity", "probability",
        """
        select opportunity_id from judged_opportunity
        where probability < 0 or probability > 1
            or (is_won and probability < 0.995)
            or (is_closed and not is_won and probability > 0.005)
            or (not is_closed and probability > 0.995)
        """,
    ),
    "O08": (
        "opportunity", "next_step",
        "select opportunity_id from judged_opportunity "
        "where not is_closed and coalesce(trim(next_step), '') = ''",
    ),
    "O12": (
        "opportunity", "loss_reason",
        """
        select opportunity_id from judged_opportunity
        where is_closed and not is_won and (
            loss_reason is null
            or (lower(loss_reason) = 'other' and coalesce(trim(loss_detail), '') = '')
        )
        """,
    ),
    "O17": (
        "opportunity", "campaign_id",
        "select opportunity_id from judged_opportunity "
        "where lead_source is null or campaign_id is null",
    ),
    "P13": (
        "lead", "lead_status",
        """
        select lead_id from judged_lead
        where (lead_status = 'Converted') <> is_converted
            or (is_converted and (converted_at is null or converted_contact_id is null))
        """,
    ),
}  # fmt: skip


def label_chances(records: Records) -> None:
    """Label every live record that breaks a rule of ``CHANCES`` without having been planted."""
    for entity, base, key, versions in (
        ("account", "account", "account_id", "account_version"),
        ("lead", "lead", "lead_id", "lead_version"),
        ("opportunity", "opportunity", "opportunity_id", "opportunity_version"),
    ):
        records.connection.execute(
            _JUDGED.format(entity=entity, base=base, key=key, versions=versions)
        )
    for rule, (entity, field, query) in CHANCES.items():
        records.connection.execute(
            f"""
            insert into record.label
            select '{rule}', '{entity}', found.record_id, 'natural', '{field}', ''
            from ({query}) as found(record_id)
            anti join record.label as known
                on known.rule_id = '{rule}' and known.entity = '{entity}'
                and known.record_id = found.record_id
            order by found.record_id
            """,
            {"last_day": records.world.settings.last_day} if "$last_day" in query else [],
        )
