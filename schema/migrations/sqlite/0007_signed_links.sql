-- From when on a presigned link gives way to a newer one. NULL for a link without a signature.
ALTER TABLE plant ADD COLUMN image_url_renew_at TEXT;
ALTER TABLE plant ADD COLUMN thumbnail_renew_at TEXT;
