-- Indicators whose numbers by school are withheld: of a provision that may identify persons.
SELECT DISTINCT indicator
FROM published_assessments
JOIN indicator_kind USING (indicator)
WHERE reason = 'suppressed' AND suppress_below IS NOT NULL
