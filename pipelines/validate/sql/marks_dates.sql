-- Days of the events that files list. Grain: one row per event.
CREATE OR REPLACE TEMP TABLE event_dates (submission_no BIGINT, day DATE)
