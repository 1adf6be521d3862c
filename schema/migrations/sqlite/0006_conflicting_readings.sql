-- Readings whose plant and time are known with other values, as a run meets them.

-- Of a conflicting reading: plant, time and values. The same reading is recorded once, however often it comes.
ALTER TABLE quarantined_row ADD COLUMN natural_key TEXT;
CREATE UNIQUE INDEX quarantined_row_natural ON quarantined_row (table_name, natural_key) WHERE natural_key IS NOT NULL;

ALTER TABLE etl_run ADD COLUMN conflicts INTEGER;
