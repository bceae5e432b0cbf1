-- fact_doubt: one row per unreadable cell of a row that is gathered: school ('' for the bureau), month, table, row, field.
-- Purpose: such a row may count or not, so that it decides nothing; only the fields that a provision looks at matter.
-- Of a hazard the latest row speaks; one closed before that row's month is left aside, and one closed on no day is in
-- doubt as to the day, in every month up to the one in which its list came, at most that of the first whole list without
-- it; one that its list closes in a later month is told in that month. A guard of a school with several
-- campuses who names none of them is in doubt as to the campus; campus is the one that is named. event_date is the row's
-- own day, unknown where that is the cell; a row whose day is blank counts nowhere, whatever else of it cannot be read.
-- Nor does one that tells again of an event of which another row speaks; one that may do so is in doubt as to its day
-- (see fact_event).
WITH submission AS (
    SELECT school_code, month, submission_no FROM fact_submission
    UNION ALL
    SELECT '', month, submission_no FROM fact_bureau_submission
),
listed AS (
    SELECT
        submission_no,
        map_from_entries(list(DISTINCT (campus_name, coalesce(campus_code, campus_name)))
            FILTER (WHERE campus_name IS NOT NULL)) AS by_name,
        list(coalesce(campus_code, campus_name)) AS campuses
    FROM core_campuses
    GROUP BY submission_no
    HAVING count(*) > 1
),
placed AS (
    SELECT
        guard.*,
        listed.submission_no IS NOT NULL AS has_campuses,
        CASE WHEN list_contains(listed.campuses, guard.campus_name) THEN guard.campus_name
            ELSE listed.by_name[guard.campus_name] END AS campus
    FROM core_guards AS guard
    LEFT JOIN listed USING (submission_no)
),
latest AS (
    SELECT
        hazard.*,
        submission.month,
        least(strftime(least(received.received_at::DATE, $cut_off::DATE), '%Y-%m'), (
            SELECT min(later.month)
            FROM fact_sheet AS later
            WHERE later.school_code = submission.school_code
                AND later.month > submission.month
                AND later.table_name = 'hazards'
                AND later.is_reported
                AND later.lost_row_count = 0
        )) AS last_month,
        list_has_any(hazard.invalid_fields, ['closed_date', 'status'])
            OR coalesce(hazard.status = 'closed' AND hazard.closed_date IS NULL, false) AS is_closing_unread
    FROM core_hazards AS hazard
    JOIN submission USING (submission_no)
    JOIN core_submissions AS received USING (submission_no)
    QUALIFY row_number() OVER (
        PARTITION BY submission.school_code, hazard.hazard_no, hazard.found_date
        ORDER BY submission.month DESC, hazard.row_no
    ) = 1
),
later AS (
    SELECT submission_no, row_no, 'hazards' AS table_name, strftime(closed_date, '%Y-%m') AS month
    FROM latest
    WHERE closed_date > last_day((month || '-01')::DATE)
        AND closed_date <= $cut_off
        AND coalesce(status, 'closed') = 'closed'
        AND NOT list_contains(invalid_fields, 'status')
    UNION ALL
    SELECT submission_no, row_no, 'hazards', strftime(unnest(generate_series(
        (month || '-01')::DATE, (greatest(month, last_month) || '-01')::DATE, INTERVAL 1 MONTH
    )), '%Y-%m')
    FROM latest
    WHERE is_closing_unread
),
doubtful AS (
    SELECT submission_no, table_name, row_no, unnest(unread_fields) AS field_name, event_date, NULL AS campus
    FROM fact_event
    WHERE (speaks OR is_unknown OR is_unsure)
        AND (event_date IS NOT NULL OR list_has_any(unread_fields, ['held_date', 'found_date']))
    UNION ALL
    SELECT submission_no, 'incidents', row_no, unnest(unread_fields),
        CASE WHEN NOT list_contains(invalid_fields, 'known_at') THEN coalesce(known_at, occurred_at)::DATE END, NULL
    FROM fact_report
    UNION ALL
    SELECT submission_no, 'hazards', row_no, unnest(invalid_fields), NULL, NULL
    FROM latest
    WHERE NOT coalesce(closed_date < (month || '-01')::DATE AND NOT list_contains(invalid_fields, 'status'), false)
    UNION ALL
    SELECT submission_no, 'hazards', row_no, 'closed_date', NULL, NULL
    FROM latest
    WHERE status = 'closed' AND closed_date IS NULL
    UNION ALL
    SELECT submission_no, 'guards', row_no, unnest(list_filter(invalid_fields, lambda name: name <> 'campus_name')),
        NULL, campus
    FROM placed
    UNION ALL
    SELECT submission_no, 'guards', row_no, 'campus_name', NULL, NULL FROM placed WHERE has_campuses AND campus IS NULL
    UNION ALL
    SELECT submission_no, 'buses', row_no, unnest(invalid_fields), NULL, NULL FROM core_buses
)
SELECT DISTINCT
    submission.school_code,
    coalesce(later.month, submission.month) AS month,
    doubtful.table_name,
    doubtful.row_no,
    doubtful.table_name || '.' || doubtful.field_name AS field,
    doubtful.event_date,
    doubtful.campus
FROM doubtful
JOIN submission USING (submission_no)
LEFT JOIN later USING (submission_no, row_no, table_name)
ORDER BY ALL
