-- A body that is not text is kept as its bytes, in base64.

ALTER TABLE $(schema).[plant_rejection] ADD body_encoding NVARCHAR(8) NOT NULL
  CONSTRAINT df_plant_rejection_body_encoding DEFAULT N'text'
  CONSTRAINT ck_plant_rejection_body_encoding CHECK (body_encoding IN (N'text', N'base64'));
GO
