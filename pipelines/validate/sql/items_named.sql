-- The item that each text names, in order of place; NULL where it names none. $items: the items' vocabulary.
-- Reads: named (place, text, each text once), written (vocabulary, form, value).
SELECT value
FROM named
LEFT JOIN written ON vocabulary = $items AND form = folded(text)
ORDER BY place
