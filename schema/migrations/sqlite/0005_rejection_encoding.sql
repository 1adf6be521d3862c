-- A body that is not text is kept as its bytes, in base64.

ALTER TABLE plant_rejection ADD COLUMN body_encoding TEXT NOT NULL DEFAULT 'text'
  CHECK (body_encoding IN ('text', 'base64'));
