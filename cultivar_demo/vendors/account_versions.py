"""Accounts over time, with who develops them.

Belongs here: versions of accounts that both CRMs track. Does not belong here: how either writes
them.
"""

from __future__ import annotations

from cultivar_demo.vendors.delivery import Delivery


def account_versions_with_developer(delivery: Delivery) -> str:
    """Name of a relation: a version of an account for each change of it or of its developer.

    Columns: those of account_version that CRMs track, and ``sdr_user_id``. It holds the future.
    """
    return delivery.prepare(
        "account_version_with_developer",
        """
        with developer as (
            select account_id, valid_from_at, user_id
            from record.account_ownership where role = 'sdr'
        ),
        began as (
            select account_id, min(version_at) as began_at from record.account_version group by 1
        ),
        instant as (
            select account_id, version_at from record.account_version
            union
            select account_id, valid_from_at
            from developer join began using (account_id) where valid_from_at > began_at
        )
        select instant.account_id, instant.version_at, version.owner_user_id,
            version.account_type, version.target_tier, developer.user_id as sdr_user_id
        from instant
        asof join record.account_version as version
            on version.account_id = instant.account_id and instant.version_at >= version.version_at
        asof left join developer
            on developer.account_id = instant.account_id
            and instant.version_at >= developer.valid_from_at
        """,
    )
