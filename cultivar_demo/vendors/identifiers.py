"""Vendor ids from world ids: look as the vendors' do, same on every machine, never two alike.

Belongs here: the SQL that turns a dense integer into a vendor's id, and back nowhere. Does not
belong here: which record has which id (the writers). A world id is scrambled by a multiplication
modulo a number it has no factor in common with, which is one-to-one; md5 serves where an id is
wide enough that no two can meet.
"""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

SALESFORCE_PREFIXES: dict[str, str] = {
    "Account": "001",
    "AccountContactRelation": "07k",
    "AccountHistory": "017",
    "ActionCadence": "77A",
    "Campaign": "701",
    "CampaignMember": "00v",
    "Case": "500",
    "Contact": "003",
    "ContactHistory": "017",
    "Event": "00U",
    "Lead": "00Q",
    "LeadHistory": "017",
    "Opportunity": "006",
    "OpportunityContactRole": "00K",
    "OpportunityFieldHistory": "017",
    "OpportunityHistory": "008",
    "OpportunityLineItem": "00k",
    "PricebookEntry": "01u",
    "Product2": "01t",
    "Profile": "00e",
    "Queue": "00G",
    "Task": "00T",
    "User": "005",
    "UserRole": "00E",
    # Custom objects get theirs from the org, in order of creation.
    "Hand_Off__c": "a01",
    "Sequence_Enrollment__c": "a02",
}
"""Object → first three characters of its ids."""

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CHECKSUM_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_LETTERS = np.frombuffer(_ALPHABET.encode(), np.uint8)
_CHECK_LETTERS = np.frombuffer(_CHECKSUM_ALPHABET.encode(), np.uint8)
_TRIOS = np.stack(
    [grid.ravel() for grid in np.meshgrid(_LETTERS, _LETTERS, _LETTERS, indexing="ij")], axis=1
)
"""Every three letters, in the order of the number that they stand for."""
_CAPITALS = ((ord("A") <= _TRIOS) & (ord("Z") >= _TRIOS)).astype(np.uint8) @ np.array(
    [1, 2, 4], np.uint8
)
"""Which of the three are capitals: the first counts one, the last four."""
_POD = "Nw0000"
"""What follows the prefix: instance and reserved characters, the same for a whole org."""

_SALESFORCE_SIZE = 62**6
_SALESFORCE_FACTOR = 2_654_435_761
_HUBSPOT_FIRST = 5_000_000_000
_HUBSPOT_SIZE = 2**36
_HUBSPOT_FACTOR = 2_654_435_769
_MARKETO_FIRST = 1_000_000
_MARKETO_SIZE = 2**30
_MARKETO_FACTOR = 1_640_531_527
_USER_FIRST = 100_000
_OFFSET_STEP = 7_368_787
"""Objects of one vendor start far apart, so that equal world ids do not look alike."""


def salesforce_id(object_name: str, world_id: str) -> str:
    """SQL for the 18-character Salesforce id of ``world_id`` (SQL, 1 to 3 billion, or NULL)."""
    prefix = SALESFORCE_PREFIXES[object_name] + _POD
    capitals = sum(1 << place for place, letter in enumerate(prefix[:5]) if letter.isupper())
    return f"('{prefix}' || salesforce_tail({capitals}, {_offset(object_name)}, {world_id}))"


def hubspot_id(object_name: str, world_id: str) -> str:
    """SQL for the HubSpot id (text of 10 or 11 digits) of ``world_id``; any object name."""
    return f"hubspot_id({_offset(object_name)}, {world_id})"


def marketo_id(object_name: str, world_id: str) -> str:
    """SQL for the Marketo id (integer) of ``world_id``; any object name."""
    return f"marketo_id({_offset(object_name)}, {world_id})"


def zuora_id(object_name: str, world_id: str) -> str:
    """SQL for the Zuora id (32 hexadecimal digits) of ``world_id``; any object name."""
    return f"zuora_id('{object_name}', {world_id})"


def uuid(kind: str, world_id: str) -> str:
    """SQL for a version 4 UUID (text) of ``world_id`` (number or text); any kind."""
    return f"uuid_of('{kind}', {world_id})"


def user_id(world_id: str) -> str:
    """SQL for the application's own id of a user, which Segment passes on as it is."""
    return f"('u' || cast({_USER_FIRST} + {world_id} as varchar))"


def register_identifiers(
    connection: duckdb.DuckDBPyConnection, *, for_many_rows: bool = True
) -> None:
    """Define the functions that the SQL above calls; harmless when repeated.

    ``for_many_rows`` chooses between two ways to the same Salesforce ids: SQL, whose 150 nodes a
    column take longer to plan than a night's rows to write, or a function, which costs as much a
    call as SQL does for a thousand rows.
    """
    try:
        connection.execute("select salesforce_tail(0, 0, 1)")
    except duckdb.CatalogException:
        _register(connection)
    body = (
        f"salesforce_tail_in_sql(capitals, (world_id * {_SALESFORCE_FACTOR} + first) "
        f"% {_SALESFORCE_SIZE})"
        if for_many_rows
        else "salesforce_tail_of_few(capitals, first, world_id)"
    )
    connection.execute(
        f"create or replace macro salesforce_tail(capitals, first, world_id) as {body}"
    )


def _register(connection: duckdb.DuckDBPyConnection) -> None:
    # At most twelve characters: DuckDB may free longer texts of such a function too early.
    connection.create_function(
        "salesforce_tail_of_few",
        _salesforce_tails,
        ["BIGINT", "BIGINT", "BIGINT"],  # type: ignore[list-item]
        "VARCHAR",  # type: ignore[arg-type]
        type="arrow",  # type: ignore[arg-type]
        null_handling="special",  # type: ignore[arg-type]
    )
    digits = [f"(number // {62**place}) % 62" for place in range(5, -1, -1)]
    is_capital = [f"cast({digit} between 10 and 35 as integer)" for digit in digits]
    last_five = " + ".join(f"{1 << bit} * {is_capital[bit + 1]}" for bit in range(5))
    letters = [f"substr('{_ALPHABET}', 1 + {digit}, 1)" for digit in digits]
    letters += [
        f"substr('{_CHECKSUM_ALPHABET}', 1 + {sum_of_bits}, 1)"
        for sum_of_bits in ("capitals", f"16 * {is_capital[0]}", last_five)
    ]
    for statement in (
        f"""
        create or replace macro salesforce_tail_in_sql(capitals, number) as
            {" || ".join(letters)}
        """,
        f"""
        create or replace macro hubspot_id(first, world_id) as cast(
            {_HUBSPOT_FIRST} + (world_id * {_HUBSPOT_FACTOR} + first) % {_HUBSPOT_SIZE} as varchar
        )
        """,
        f"""
        create or replace macro marketo_id(first, world_id) as
            {_MARKETO_FIRST} + (world_id * {_MARKETO_FACTOR} + first) % {_MARKETO_SIZE}
        """,
        """
        create or replace macro zuora_id(kind, world_id) as
            '8a8082' || left(md5('zuora/' || kind || '/' || cast(world_id as varchar)), 26)
        """,
        """
        create or replace macro uuid_dashed(hex) as
            substr(hex, 1, 8) || '-' || substr(hex, 9, 4) || '-4' || substr(hex, 14, 3) || '-'
            || substr('89ab', 1 + instr('0123456789abcdef', substr(hex, 17, 1)) % 4, 1)
            || substr(hex, 18, 3) || '-' || substr(hex, 21, 12)
        """,
        """
        create or replace macro uuid_of(kind, world_id) as
            uuid_dashed(md5(kind || '/' || cast(world_id as varchar)))
        """,
    ):
        connection.execute(statement)


def _salesforce_tails(
    capitals: pa.ChunkedArray, offsets: pa.ChunkedArray, world_ids: pa.ChunkedArray
) -> pa.Array:
    """The last nine of 18 characters: six of the record, three of the checksum.

    ``capitals`` (which of the id's first five characters are) and ``offsets`` hold one value
    throughout. The three further characters say which of the fifteen are capitals, five at a
    time; of the second five only the last is the record's, the others are digits.
    """
    rows = len(world_ids)
    if rows == 0:
        return pa.array([], pa.string())
    has_nothing = world_ids.null_count > 0
    numbers = (pc.fill_null(world_ids, 0) if has_nothing else world_ids).to_numpy()
    scrambled = (numbers * _SALESFORCE_FACTOR + offsets[0].as_py()) % _SALESFORCE_SIZE
    high, low = np.divmod(scrambled, len(_TRIOS))
    characters = np.empty((rows, 9), np.uint8)
    characters[:, :3] = _TRIOS[high]
    characters[:, 3:6] = _TRIOS[low]
    characters[:, 6] = _CHECK_LETTERS[capitals[0].as_py()]
    is_capital = _CAPITALS[high]
    characters[:, 7] = _CHECK_LETTERS[(is_capital & 1) << 4]
    characters[:, 8] = _CHECK_LETTERS[(is_capital >> 1) | (_CAPITALS[low] << 2)]
    ends = np.arange(0, 9 * rows + 1, 9, dtype=np.int32)
    texts = pa.Array.from_buffers(
        pa.string(), rows, [None, pa.py_buffer(ends), pa.py_buffer(characters)]
    )
    return pc.if_else(pc.is_valid(world_ids), texts, None) if has_nothing else texts


def _offset(object_name: str) -> int:
    """Where the ids of an object start: by its name, stable."""
    weight = sum(position * ord(letter) for position, letter in enumerate(object_name, start=1))
    return _OFFSET_STEP * weight
