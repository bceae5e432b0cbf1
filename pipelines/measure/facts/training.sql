-- fact_training: one row per session: school, day, topic and audience, whichever month's workbook lists it.
-- Purpose: sessions in a window, by topic, occasion and teaching week.
SELECT
    submission.school_code,
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
FROM core_trainings AS training
JOIN fact_submission AS submission USING (submission_no)
JOIN fact_register AS register ON register.school_code = submission.school_code
LEFT JOIN calendar_week AS week
    ON week.stage = coalesce(register.school_type, 'unknown')
    AND week.month = strftime(training.held_date, '%Y-%m')
    AND week.week_start_date = date_trunc('week', training.held_date)::DATE
WHERE training.held_date IS NOT NULL
QUALIFY row_number() OVER (
    PARTITION BY submission.school_code, training.held_date, training.topic, training.audience
    ORDER BY submission.month DESC, training.row_no
) = 1
ORDER BY submission.school_code, training.held_date, training.topic, training.audience
