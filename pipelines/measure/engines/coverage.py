"""What of a provision's sheets was not reported, was kept out or cannot be read, and could change what is judged."""

from __future__ import annotations

from dataclasses import replace

from pipelines.measure.relations import EVENT_KEYS, SCHOOL_UNITS, Relation, relations, window_columns
from pipelines.measure.scopes import ITEM_TABLES, Reading
from pipelines.metadata.contracts import contracts
from pipelines.metadata.provisions import Aggregate
from pipelines.metadata.standards import Provision, names_in


def sent_by_unit(provision: Provision, reading: Reading) -> Reading:
    """What the unit itself sends: the bureau lacks no sheet that schools fill in."""
    if provision.over in SCHOOL_UNITS:
        return reading
    own = {contract.name for contract in contracts("bureau")}
    return replace(reading, event_tables=reading.event_tables & own, ledger_tables=reading.ledger_tables & own)


def coverage_ctes(provision: Provision, reading: Reading) -> str:
    """CTEs `lost` and `missing`: rows that could not be counted, sheets and months that were not reported.

    Lost are rows kept out of the load, and rows with an unreadable cell in a field that the provision looks at; apart
    from all of them, those that could make a rule met, and those that could take it back.
    """
    failing, meeting = _tables_of_losses(provision, reading)
    point = _quoted(reading.point_tables | reading.ledger_tables)
    events, gathered = _quoted(reading.event_tables), _quoted(reading.event_tables | reading.ledger_tables)
    ledgers = {relations()[each.of].table or "" for each in provision.aggregates if relations()[each.of].current}
    history = _quoted(reading.history_tables)
    campus = "campus" if provision.over == "campus" else "NULL"
    return f"""spans AS (
    SELECT DISTINCT
        span_key, sheet_key, calendar_stage, valid_from_date, point_month, window_start,
        least(window_end, cut_off_date) AS last_date, {campus} AS campus
    FROM facts
),
{_stated_ctes(provision, reading)},
lost AS (
    SELECT
        spans.span_key,
        sum(sheet.lost_row_count)::BIGINT AS lost_row_count,
        coalesce(sum(sheet.lost_row_count) FILTER (WHERE sheet.table_name IN ({_quoted(meeting)})), 0)::BIGINT
            AS lost_meeting_count,
        coalesce(sum(sheet.lost_row_count) FILTER (WHERE sheet.table_name IN ({_quoted(failing)})), 0)::BIGINT
            AS lost_failing_count,
        coalesce(sum(sheet.lost_row_count)
            FILTER (WHERE sheet.table_name IN ({_quoted(failing)})
                AND (sheet.row_no IS NULL OR (sheet.table_name IN ({_quoted(ledgers)})) IS NOT true)), 0)::BIGINT
            AS kept_out_failing_count,
        coalesce(sum(sheet.lost_row_count) FILTER (WHERE sheet.is_of_population), 0)::BIGINT AS lost_population_count,
        count(*) FILTER (
            WHERE sheet.month = spans.point_month AND sheet.table_name IN ({gathered}) AND sheet.is_reported
        ) AS reported_sheet_count
    FROM spans
    JOIN stated AS sheet
        ON sheet.school_code = spans.sheet_key
        AND (
            (sheet.month = spans.point_month AND sheet.table_name IN ({point})
                OR sheet.month < spans.point_month AND sheet.table_name IN ({history}))
            AND coalesce(sheet.event_date <= spans.last_date, true)
            OR sheet.table_name IN ({events})
            AND CASE WHEN sheet.event_date IS NULL
                THEN sheet.month BETWEEN strftime(spans.window_start, '%Y-%m') AND spans.point_month
                ELSE sheet.event_date BETWEEN spans.window_start AND spans.last_date END
        )
        AND (sheet.campus IS NULL OR spans.campus IS NULL OR sheet.campus = spans.campus)
    GROUP BY spans.span_key
),
{_missing_cte(events, len(reading.event_tables))}"""


def whole_elsewhere(provision: Provision, reading: Reading, own: Reading) -> str:
    """Condition that no school lost a row of the window which the bureau's share counts too, or is held against."""
    return _whole_beside(provision) + _whole_schools(reading, own)


def _whole_beside(provision: Provision) -> str:
    """Condition that all is known of the rows in the window whose columns other sheets are held against."""
    condition, key = "", EVENT_KEYS.get(provision.over)
    for each in provision.aggregates:
        of = relations()[each.of]
        if not names_in(f"{each.value} {each.where or ''}") & of.beside.keys():
            continue
        owned = f"event.{key} = unit_key AND " if key else ""
        condition += f"""
            AND NOT EXISTS (FROM fact_{of.name} AS event
                WHERE {owned}event.{of.date}::DATE BETWEEN window_start AND least(window_end, cut_off_date)
                    AND (({each.value}\n) IS NULL OR ({each.where or "true"}\n) IS NULL))"""
    return condition


def _whole_schools(reading: Reading, own: Reading) -> str:
    tables = (reading.event_tables | reading.ledger_tables) - (own.event_tables | own.ledger_tables)
    if not tables:
        return ""
    among = "other.school_code <> '' AND other.month BETWEEN strftime(window_start, '%Y-%m') AND point_month"
    return f"""
            AND NOT EXISTS (FROM fact_sheet AS other
                WHERE {among} AND other.table_name IN ({_quoted(tables)}) AND other.lost_row_count > 0)
            AND NOT EXISTS (FROM fact_doubt AS other
                WHERE {among} AND other.field IN ({_quoted(reading.doubtful_fields)}))"""


def _quoted(names: set[str]) -> str:
    return ", ".join(f"'{name}'" for name in sorted(names)) or "NULL"


def _tables_of_losses(provision: Provision, reading: Reading) -> tuple[set[str], set[str]]:
    """Tables whose lost rows could fail what is met, and those whose lost rows could meet what is not.

    A row of a share, or of a rule about every row, may be one that fails; a campus may be short. An item that is
    answered and a number that is stated stand whatever else was lost on their sheet, and so does one row that fails
    a rule about every row.
    """
    gathered = reading.event_tables | reading.ledger_tables
    only_every = {relations()[each.of].table for each in provision.aggregates if each.how == "every"}
    only_every -= {relations()[each.of].table for each in provision.aggregates if each.how != "every"}
    failing = gathered if is_about_each(provision) else set()
    failing = failing | ({"campuses"} if provision.over == "campus" else set())
    meeting = (gathered | reading.point_tables) - {*ITEM_TABLES.values(), "profile", "campuses"} - only_every
    return failing, meeting


def is_about_each(provision: Provision) -> bool:
    """Whether it is a share, or a rule about every row: a row that is wanting may take back what is met."""
    return provision.done is not None or any(aggregate.how == "every" for aggregate in provision.aggregates)


def _stated_ctes(provision: Provision, reading: Reading) -> str:
    """CTEs to `stated`: sheets with their lost rows, and each unreadable cell that could change what is gathered."""
    fact, gathered = _placed_rows(provision)
    if fact is None or any("campus" in names_in(f"{each.value} {each.where}") for each in gathered):
        return _stated_cte(reading, "")
    known = " AND ".join(
        f"(({each.value}\n) IS NOT NULL AND ({each.where or 'true'}\n) IS NOT NULL)" for each in gathered
    )
    counted = " OR ".join(f"({each.value}\n) AND ({each.where or 'true'}\n)" for each in gathered)
    shared = "".join(f", {name}" for name in (*window_columns(), *(each.name for each in provision.parameters)))
    sure = f"""sure AS (
    SELECT DISTINCT event.school_code, event.row_no, {counted} AS is_counted
    FROM (SELECT DISTINCT sheet_key{shared} FROM facts) AS keyed
    JOIN fact_{fact.name} AS event ON event.school_code = keyed.sheet_key
    WHERE {known}
)"""
    surely = f"""
        AND (field IN ({_quoted(reading.state_fields)}) OR table_name <> '{fact.table}'
            OR NOT EXISTS (FROM sure
                WHERE sure.school_code = doubt.school_code AND sure.row_no = doubt.row_no
                    AND (NOT sure.is_counted OR doubt.field <> '{fact.table}.{fact.place}')))"""
    return f"{sure},\n{_stated_cte(reading, surely)}"


def _placed_rows(provision: Provision) -> tuple[Relation | None, list[Aggregate]]:
    """The fact whose rows count wherever they are, once known, and what the provision gathers of its sheet."""
    for fact in relations().values():
        gathered = [each for each in provision.aggregates if relations()[each.of].table == fact.table]
        if fact.place and gathered:
            return fact, gathered
    return None, []


def _stated_cte(reading: Reading, surely: str) -> str:
    population = reading.population_fields
    return f"""stated AS (
    SELECT
        school_code, month, table_name, NULL AS row_no, lost_row_count, is_reported, NULL::DATE AS event_date,
        NULL AS campus, table_name IN ({_quoted({name.partition(".")[0] for name in population})}) AS is_of_population
    FROM fact_sheet
    UNION ALL
    SELECT
        school_code, month, table_name, row_no, 1, false, event_date, campus,
        bool_or(field IN ({_quoted(population)}))
    FROM fact_doubt AS doubt
    WHERE field IN ({_quoted(reading.doubtful_fields)}){surely}
    GROUP BY ALL
)"""


def _missing_cte(events: str, table_count: int) -> str:
    """CTE `missing`: due months of the window before the point month of which a sheet was not reported.

    Owed are those since the home's first month: of an earlier one nobody was asked.
    """
    return f"""missing AS (
    SELECT
        spans.span_key,
        count(DISTINCT due.month) * {table_count} - count(sheet.table_name) AS missing_month_count,
        count(DISTINCT due.month) FILTER (WHERE due.is_asked) * {table_count}
            - count(sheet.table_name) FILTER (WHERE due.is_asked) AS owed_month_count
    FROM spans
    JOIN calendar_due AS due
        ON due.stage = spans.calendar_stage
        AND due.month >= strftime(spans.window_start, '%Y-%m')
        AND due.month < spans.point_month
        AND (spans.valid_from_date IS NULL OR due.month >= strftime(spans.valid_from_date, '%Y-%m'))
    LEFT JOIN fact_sheet AS sheet
        ON sheet.school_code = spans.sheet_key
        AND sheet.month = due.month
        AND sheet.is_reported
        AND sheet.table_name IN ({events})
    GROUP BY spans.span_key
)"""
