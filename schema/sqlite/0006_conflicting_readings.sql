-- Readings whose plant and time are known with other values, as a run meets them.

-- Of a conflicting reading: plant, time and values. The same reading is recorded once, however often it comes.
ALTER TABLE set_aside_row ADD COLUMN natural_key TEXT;
CREATE UNIQUE INDEX set_aside_row_natural ON set_aside_row (table_name, natural_key) WHERE natural_key IS NOT NULL;

ALTER TABLE etl_run ADD COLUMN conflicts INTEGER;
