-- The two logins of the Lambdas, for sqlcmd, in the database that they are for. Run it again after a change of the
-- passwords: it takes them from the environment, ETL_PASSWORD and ARCHIVE_PASSWORD. Least rights: neither can change
-- the structure, and the ETL cannot delete.
:setvar schema dbo

IF SUSER_ID(N'plant_etl') IS NULL
  CREATE LOGIN [plant_etl] WITH PASSWORD = N'$(ETL_PASSWORD)', CHECK_EXPIRATION = OFF;
ALTER LOGIN [plant_etl] WITH PASSWORD = N'$(ETL_PASSWORD)';
IF USER_ID(N'plant_etl') IS NULL
  CREATE USER [plant_etl] FOR LOGIN [plant_etl];
GRANT SELECT, INSERT, UPDATE ON SCHEMA::[$(schema)] TO [plant_etl];

IF SUSER_ID(N'plant_archive') IS NULL
  CREATE LOGIN [plant_archive] WITH PASSWORD = N'$(ARCHIVE_PASSWORD)', CHECK_EXPIRATION = OFF;
ALTER LOGIN [plant_archive] WITH PASSWORD = N'$(ARCHIVE_PASSWORD)';
IF USER_ID(N'plant_archive') IS NULL
  CREATE USER [plant_archive] FOR LOGIN [plant_archive];
GRANT SELECT, INSERT, UPDATE, DELETE ON SCHEMA::[$(schema)] TO [plant_archive];
GO
