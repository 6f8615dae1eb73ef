-- Notes with a schedule version that comes into force today, delivered or computed. ``place`` numbers them in the order of
-- their keys: rows are sorted by a number instead of a text.
-- reads: snapshot_schedule_changed, schedule_computed      key: note_id
WITH version AS (
    SELECT note_id, FALSE AS computed
    FROM snapshot_schedule_changed
    UNION ALL
    SELECT DISTINCT note_id, TRUE AS computed
    FROM schedule_computed
)

SELECT note_id, computed, CAST(ROW_NUMBER() OVER (ORDER BY note_id) AS INT) AS place
FROM version
