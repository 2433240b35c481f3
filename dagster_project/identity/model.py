"""How alike two records are: what is compared, which pairs are looked at, what the parameters are.

Belongs here: comparisons and blocking rules of each kind as data, the conditions that no score
overrules, and reading the trained parameters. Does not belong here: features, running Splink
(``scoring``), estimating parameters (``training``).

A comparison gives a pair one level, the first whose condition holds. ``m`` is how often true pairs
are at a level, ``u`` how often any two records are; the weight of a level is log2(m / u) bits. The
score of a pair depends on its two records and the model alone: no frequencies of today's table, so
that last night's scores hold tonight. Fellegi and Sunter 1969, as Splink computes it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

Kind = Literal["account", "person"]
KINDS: tuple[Kind, ...] = ("account", "person")

#: Entity of the gate → the kind of its records.
KIND_OF: dict[str, Kind] = {"account": "account", "contact": "person", "lead": "person"}

#: The same for every entity of which vendors merge records; deals are one by a merge alone.
MERGED_KIND_OF: dict[str, str] = {**KIND_OF, "opportunity": "opportunity"}


@dataclass(frozen=True)
class Level:
    """A level of a comparison.

    Args:
        name: what people read among the reasons of a link.
        condition: SQL over columns with suffix ``_l`` and ``_r``; symmetric. Empty: all others.
    """

    name: str
    condition: str = ""


@dataclass(frozen=True)
class Comparison:
    """What is compared: levels from alike to unlike, after the one where a side is empty.

    Args:
        name: of the comparison.
        is_null: SQL condition under which nothing can be said.
        levels: the last one is everything else.
    """

    name: str
    is_null: str
    levels: tuple[Level, ...]


@dataclass(frozen=True)
class Model:
    """What makes two records of a kind one.

    Args:
        comparisons: what is compared.
        blocking_rules: SQL equalities; a pair is looked at if one of them holds.
        never: SQL conditions under which two records are not one, whatever the score.
        doubtful: SQL condition → why: such a pair is for people to decide, whatever the score.
    """

    comparisons: tuple[Comparison, ...]
    blocking_rules: tuple[str, ...]
    never: tuple[str, ...]
    doubtful: dict[str, str]


def _empty(*columns: str) -> str:
    return " or ".join(f"{column}_{side} is null" for column in columns for side in "lr")


def _same(column: str) -> str:
    return f"{column}_l = {column}_r"


_NUMBERS = (
    "phone_key_l = phone_key_r or mobile_key_l = mobile_key_r "
    "or phone_key_l = mobile_key_r or mobile_key_l = phone_key_r"
)

_SAME_LAST_AND_INITIAL = (
    "last_name_key_l = last_name_key_r and left(first_name_key_l, 1) = left(first_name_key_r, 1) "
    "and (length(first_name_key_l) = 1 or length(first_name_key_r) = 1 "
    "or jaro_winkler_similarity(first_name_key_l, first_name_key_r) >= 0.88)"
)

_SAME_FIRST_LAST_TYPO = (
    "first_name_key_l = first_name_key_r and "
    "(damerau_levenshtein(last_name_key_l, last_name_key_r) <= 1 "
    "or jaro_winkler_similarity(last_name_key_l, last_name_key_r) >= 0.93)"
)

# Longer names have room for more slips before they are another company's.
_ALMOST_SAME_NAME = (
    "damerau_levenshtein(name_key_l, name_key_r) "
    "<= case when least(length(name_key_l), length(name_key_r)) >= 9 then 2 "
    "when least(length(name_key_l), length(name_key_r)) >= 5 then 1 else 0 end"
)

_ALIKE_NAMES = (
    f"({_SAME_LAST_AND_INITIAL}) or ({_SAME_FIRST_LAST_TYPO}) "
    "or (first_name_key_l = last_name_key_r and last_name_key_l = first_name_key_r)"
)

_SAME_COMPANY = (
    "account_id_l = account_id_r or company_key_l = company_key_r "
    "or email_domain_l = email_domain_r"
)

MODELS: dict[Kind, Model] = {
    "account": Model(
        comparisons=(
            Comparison(
                "name",
                _empty("name_key"),
                (
                    Level("same name", _same("name_key")),
                    Level(
                        "a letter or two differ",
                        _ALMOST_SAME_NAME,
                    ),
                    Level(
                        "one name holds the other",
                        "starts_with(name_key_l, name_key_r || ' ') "
                        "or starts_with(name_key_r, name_key_l || ' ')",
                    ),
                    Level("other name"),
                ),
            ),
            Comparison(
                "website",
                _empty("domain"),
                (Level("same domain", _same("domain")), Level("other domain")),
            ),
            Comparison(
                "phone",
                _empty("phone_key"),
                (Level("same number", _same("phone_key")), Level("other number")),
            ),
            Comparison(
                "address",
                "(postal_key_l is null or postal_key_r is null) "
                "and (city_key_l is null or city_key_r is null) and "
                "(country_l is null or country_r is null)",
                (
                    Level("same street", "street_key_l = street_key_r and " + _same("postal_key")),
                    Level("same postal code", f"{_same('postal_key')} and {_same('country')}"),
                    Level("same city", _same("city_key")),
                    Level("other country", "country_l <> country_r"),
                    Level("other place"),
                ),
            ),
        ),
        blocking_rules=(
            "l.name_key = r.name_key",
            "l.domain = r.domain",
            "l.phone_key = r.phone_key",
            "l.postal_key = r.postal_key and left(l.name_key, 3) = left(r.name_key, 3)",
            "l.street_key = r.street_key and l.postal_key = r.postal_key",
        ),
        never=(
            "coalesce(parent_account_id_l = record_key_r, false) "
            "or coalesce(parent_account_id_r = record_key_l, false)",
        ),
        doubtful={
            f"name_key_l <> name_key_r and not ({_ALMOST_SAME_NAME})": "the names differ",
            "country_l <> country_r": "they are in two countries",
        },
    ),
    "person": Model(
        comparisons=(
            Comparison(
                "name",
                _empty("last_name_key"),
                (
                    Level("same name", f"{_same('first_name_key')} and {_same('last_name_key')}"),
                    Level("short first name", _SAME_LAST_AND_INITIAL),
                    Level("a letter of the last name differs", _SAME_FIRST_LAST_TYPO),
                    Level("same last name", _same("last_name_key")),
                    Level("same first name", _same("first_name_key")),
                    Level("other name"),
                ),
            ),
            Comparison(
                "e-mail",
                _empty("email"),
                (
                    Level("same address", _same("email")),
                    Level(
                        "same before the @",
                        "email_local_l = email_local_r and length(email_local_l) >= 5",
                    ),
                    Level(
                        "a letter before the @ differs",
                        f"{_same('email_domain')} and "
                        "damerau_levenshtein(email_local_l, email_local_r) <= 1",
                    ),
                    Level("other address"),
                ),
            ),
            Comparison(
                "phone",
                "(phone_key_l is null and mobile_key_l is null) "
                "or (phone_key_r is null and mobile_key_r is null)",
                (Level("same number", _NUMBERS), Level("other numbers")),
            ),
            Comparison(
                "company",
                "(account_id_l is null and company_key_l is null and email_domain_l is null) "
                "or (account_id_r is null and company_key_r is null and email_domain_r is null)",
                (Level("same company", _SAME_COMPANY), Level("other company")),
            ),
        ),
        blocking_rules=(
            "l.email = r.email",
            "l.phone_key = r.phone_key and left(l.last_name_key, 1) = left(r.last_name_key, 1)",
            "l.mobile_key = r.mobile_key",
            "l.email_local = r.email_local and l.last_name_key = r.last_name_key",
            "l.last_name_key = r.last_name_key and l.company_key = r.company_key",
            "l.last_name_key = r.last_name_key and l.email_domain = r.email_domain",
            "l.first_name_key = r.first_name_key and l.email_domain = r.email_domain "
            "and left(l.last_name_key, 2) = left(r.last_name_key, 2)",
        ),
        never=(),
        doubtful={
            # Nobody is another one because of a name, wherever they work.
            f"not coalesce(({_NUMBERS}), false) "
            "and not coalesce(email_l = email_r and not is_role_mailbox_l, false) "
            "and not coalesce(email_local_l = email_local_r and not is_role_mailbox_l "
            f"and ({_SAME_COMPANY}), false)": "a name is all they share",
            f"not coalesce(({_ALIKE_NAMES}), false)": "the names differ",
        },
    ),
}


@cache
def parameters(kind: Kind) -> dict[str, Any]:
    """The parameters of a kind that the product uses (``models/*.json``).

    Keys: ``version``; ``match_share``, the probability that two random records are one;
    ``comparisons``: comparison → level → ``m`` and ``u``.
    """
    path = resources.files(__package__).joinpath("models", f"{kind}.json")
    return dict(json.loads(path.read_text(encoding="utf-8")))


def version(kind: Kind) -> str:
    """Version of a kind's parameters; another one makes every kept score void."""
    return str(parameters(kind)["version"])


def record_key(entity: str, record_id: str) -> str:
    """SQL for the key of a record, unique over all entities; ``record_id`` is SQL for its id."""
    return record_id if entity == "account" else f"'{entity}:' || {record_id}"


def splink_settings(model: Model, given: dict[str, Any]) -> dict[str, Any]:
    """Splink's settings for a model with given parameters (see ``parameters``).

    A level without ``m`` and ``u`` is one whose parameters Splink is to estimate.
    """
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "record_key",
        "probability_two_random_records_match": given["match_share"],
        "retain_intermediate_calculation_columns": True,
        "retain_matching_columns": True,
        "blocking_rules_to_generate_predictions": list(model.blocking_rules),
        "comparisons": [
            {
                "output_column_name": column_name(comparison),
                "comparison_levels": [
                    {
                        "sql_condition": comparison.is_null,
                        "label_for_charts": "empty",
                        "is_null_level": True,
                    },
                    *(
                        {
                            "sql_condition": level.condition or "ELSE",
                            "label_for_charts": level.name,
                            **{
                                f"{side}_probability": share
                                for side, share in given["comparisons"][comparison.name][
                                    level.name
                                ].items()
                            },
                        }
                        for level in comparison.levels
                    ),
                ],
            }
            for comparison in model.comparisons
        ],
    }


def column_name(comparison: Comparison) -> str:
    """Name of a comparison in Splink's tables."""
    return comparison.name.replace("-", "_")
