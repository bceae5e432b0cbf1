-- fact_training: one row per session: school, day, topic and audience, whichever month's workbook lists it.
-- Purpose: sessions in a window, by topic, occasion and teaching week.
SELECT
    event.school_code,
    register.township,
    training.held_date,
    training.topic,
    training.category,
    concat_ws(' ', training.topic, training.category) AS label,
    training.audience,
    training.timing,
    training.expected_count,
    training.attended_count,
    training.class_hours,
    training.training_days,
    training.is_assessed,
    training.invalid_fields AS unread_fields,
    date_trunc('week', training.held_date)::DATE AS week_start_date,
    week.week_start_date IS NOT NULL AS is_teaching_week
FROM fact_event AS event
JOIN core_trainings AS training USING (submission_no, row_no)
JOIN fact_register AS register ON register.school_code = event.school_code
LEFT JOIN calendar_week AS week
    ON week.stage = coalesce(register.school_type, 'unknown')
    AND week.month = strftime(training.held_date, '%Y-%m')
    AND week.week_start_date = date_trunc('week', training.held_date)::DATE
WHERE event.table_name = 'trainings' AND event.speaks AND event.event_date IS NOT NULL
ORDER BY event.school_code, training.held_date, training.topic, training.audience
