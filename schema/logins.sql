-- Logins with the least permissions. Not a migration: run it as an administrator after every `plant migrate` that applied a
-- migration, and to change the passwords.
--
--   sqlcmd -S HOST -U ADMIN -i schema/logins.sql -v database=plants schema=dbo \
--     etlPassword=… archivePassword=… healthPassword=… dashboardPassword=…
--   (or set these as environment variables, so that they are not in the list of processes)
--
--   plant_etl        plant run, rejections, status reads; inserts and updates; deletes old runs from the run log
--   plant_archive    plant archive, plant archive verify  reads; updates and deletes readings, writes the archive catalog
--   plant_health     plant alert                  reads; writes alerts, deliveries and profiles
--   plant_dashboard  dashboards                   reads
--
-- `plant migrate` changes tables and `plant archive restore` inserts ids: both need the owner of the database.

USE [$(database)];
GO

IF SUSER_ID(N'plant_etl') IS NULL CREATE LOGIN [plant_etl] WITH PASSWORD = N'$(etlPassword)';
IF SUSER_ID(N'plant_archive') IS NULL CREATE LOGIN [plant_archive] WITH PASSWORD = N'$(archivePassword)';
IF SUSER_ID(N'plant_health') IS NULL CREATE LOGIN [plant_health] WITH PASSWORD = N'$(healthPassword)';
IF SUSER_ID(N'plant_dashboard') IS NULL CREATE LOGIN [plant_dashboard] WITH PASSWORD = N'$(dashboardPassword)';
GO

ALTER LOGIN [plant_etl] WITH PASSWORD = N'$(etlPassword)';
ALTER LOGIN [plant_archive] WITH PASSWORD = N'$(archivePassword)';
ALTER LOGIN [plant_health] WITH PASSWORD = N'$(healthPassword)';
ALTER LOGIN [plant_dashboard] WITH PASSWORD = N'$(dashboardPassword)';
GO

IF DATABASE_PRINCIPAL_ID(N'plant_etl') IS NULL CREATE USER [plant_etl] FOR LOGIN [plant_etl];
IF DATABASE_PRINCIPAL_ID(N'plant_archive') IS NULL CREATE USER [plant_archive] FOR LOGIN [plant_archive];
IF DATABASE_PRINCIPAL_ID(N'plant_health') IS NULL CREATE USER [plant_health] FOR LOGIN [plant_health];
IF DATABASE_PRINCIPAL_ID(N'plant_dashboard') IS NULL CREATE USER [plant_dashboard] FOR LOGIN [plant_dashboard];
GO

-- Read all tables of the schema.
GRANT SELECT ON SCHEMA::[$(schema)] TO [plant_etl];
GRANT SELECT ON SCHEMA::[$(schema)] TO [plant_archive];
GRANT SELECT ON SCHEMA::[$(schema)] TO [plant_health];
GRANT SELECT ON SCHEMA::[$(schema)] TO [plant_dashboard];
GO

-- The tables that a run writes.
GRANT INSERT, UPDATE ON [$(schema)].[botanist] TO [plant_etl];
GRANT INSERT, UPDATE ON [$(schema)].[country] TO [plant_etl];
GRANT INSERT, UPDATE ON [$(schema)].[city] TO [plant_etl];
GRANT INSERT, UPDATE ON [$(schema)].[origin] TO [plant_etl];
GRANT INSERT, UPDATE ON [$(schema)].[plant] TO [plant_etl];
GRANT INSERT, UPDATE ON [$(schema)].[plant_reading] TO [plant_etl];
GRANT INSERT, UPDATE ON [$(schema)].[plant_notice] TO [plant_etl];
GRANT INSERT, UPDATE ON [$(schema)].[plant_rejection] TO [plant_etl];
GRANT INSERT, UPDATE, DELETE ON [$(schema)].[etl_run] TO [plant_etl];
GRANT UPDATE ON [$(schema)].[pruned_run_total] TO [plant_etl];
GRANT INSERT ON [$(schema)].[quarantined_row] TO [plant_etl];
GO

-- The tables that the archive writes.
GRANT UPDATE, DELETE ON [$(schema)].[plant_reading] TO [plant_archive];
GRANT INSERT ON [$(schema)].[quarantined_row] TO [plant_archive];
GRANT INSERT, UPDATE, DELETE ON [$(schema)].[archive_file] TO [plant_archive];
GRANT INSERT, UPDATE ON [$(schema)].[daily_summary] TO [plant_archive];
GRANT INSERT, UPDATE ON [$(schema)].[archive_metadata] TO [plant_archive];
GO

-- The tables that the health rules write.
GRANT INSERT, UPDATE, DELETE ON [$(schema)].[plant_alert] TO [plant_health];
GRANT INSERT, UPDATE, DELETE ON [$(schema)].[alert_delivery] TO [plant_health];
GRANT INSERT, UPDATE, DELETE ON [$(schema)].[plant_day_profile] TO [plant_health];
GO
