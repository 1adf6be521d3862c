-- From when on a presigned link gives way to a newer one. NULL for a link without a signature.
ALTER TABLE $(schema).[plant] ADD image_url_renew_at DATETIME2(3) NULL;
ALTER TABLE $(schema).[plant] ADD thumbnail_renew_at DATETIME2(3) NULL;
GO
