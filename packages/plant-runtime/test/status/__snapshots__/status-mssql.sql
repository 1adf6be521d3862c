select top(20) "run_id", "started_at", "finished_at", "state", "outcome", "reason", "requested", "loaded", "not_found", "on_loan", "rejected", "failed" from "museum"."etl_run" where "started_at" <= CONVERT(DATETIME2(3), @1, 127) order by "started_at" desc
-- ["2026-11-29T12:02:00.000Z"]

select max("started_at") as "future" from "museum"."etl_run" where "started_at" > CONVERT(DATETIME2(3), @1, 127)
-- ["2026-11-29T12:02:00.000Z"]

select top(1) "run_id", "started_at", "finished_at", "state", "outcome", "reason", "requested", "loaded", "not_found", "on_loan", "rejected", "failed" from "museum"."etl_run" where "state" = @1 and "outcome" = @2 and "started_at" <= CONVERT(DATETIME2(3), @3, 127) order by "started_at" desc
-- ["complete","ok","2026-11-29T12:02:00.000Z"]

select top(1) "run_id", "started_at", "finished_at", "state", "outcome", "reason", "requested", "loaded", "not_found", "on_loan", "rejected", "failed", "report" from "museum"."etl_run" where "state" = @1 and "outcome" <> @2 and "started_at" >= CONVERT(DATETIME2(3), @3, 127) and "started_at" <= CONVERT(DATETIME2(3), @4, 127) order by "started_at" desc
-- ["failed","ok","1970-01-01T00:00:00.000Z","2026-11-29T12:02:00.000Z"]

select top(1) "run_id", "started_at", "finished_at", "state", "outcome", "reason", "requested", "loaded", "not_found", "on_loan", "rejected", "failed", "report" from "museum"."etl_run" where "state" = @1 and "outcome" <> @2 and "started_at" >= CONVERT(DATETIME2(3), @3, 127) and "started_at" <= CONVERT(DATETIME2(3), @4, 127) order by "started_at" desc
-- ["incomplete","ok","1970-01-01T00:00:00.000Z","2026-11-29T12:02:00.000Z"]

select top(1) "run_id", "started_at", "finished_at", "state", "outcome", "reason", "requested", "loaded", "not_found", "on_loan", "rejected", "failed", "report" from "museum"."etl_run" where "state" = @1 and "outcome" <> @2 and "started_at" >= CONVERT(DATETIME2(3), @3, 127) and "started_at" <= CONVERT(DATETIME2(3), @4, 127) order by "started_at" desc
-- ["complete","ok","2026-11-28T12:00:00.000Z","2026-11-29T12:02:00.000Z"]

select min("started_at") as "first_run" from "museum"."etl_run"
-- []

select count(*) as "runs", sum(cast("loaded" as bigint)) as "loaded", sum(cast("flagged" as bigint)) as "flagged" from "museum"."etl_run" where "started_at" >= CONVERT(DATETIME2(3), @1, 127)
-- ["2026-11-28T12:00:00.000Z"]

select max("recording_taken") as "newest" from "museum"."plant_reading" where "recording_taken" <= CONVERT(DATETIME2(3), @1, 127)
-- ["2026-11-29T12:02:00.000Z"]

select count(*) as "readings", max("recording_taken") as "newest" from (select top(1000) "recording_taken" from "museum"."plant_reading" where "recording_taken" > CONVERT(DATETIME2(3), @1, 127) and "ingested_at" >= CONVERT(DATETIME2(3), @2, 127)) as "later"
-- ["2026-11-29T12:02:00.000Z","2026-11-29T11:00:00.000Z"]

select count(*) as "known" from "museum"."plant"
-- []

select top(101) "museum"."plant"."plant_id", (select "museum"."botanist"."name" from "museum"."botanist" where "museum"."botanist"."botanist_id" = "museum"."plant"."botanist_id") as "botanist", (select max("recording_taken") as "last" from "museum"."plant_reading" where "museum"."plant_reading"."plant_id" = "museum"."plant"."plant_id" and "recording_taken" <= CONVERT(DATETIME2(3), @1, 127)) as "last" from "museum"."plant" where not exists (select "museum"."plant_reading"."plant_id" from "museum"."plant_reading" where "museum"."plant_reading"."plant_id" = "museum"."plant"."plant_id" and "recording_taken" >= CONVERT(DATETIME2(3), @2, 127) and "recording_taken" <= CONVERT(DATETIME2(3), @3, 127)) and not exists (select "museum"."plant_notice"."plant_id" from "museum"."plant_notice" where "museum"."plant_notice"."plant_id" = "museum"."plant"."plant_id" and "kind" in (@4, @5) and "last_noticed" >= CONVERT(DATETIME2(3), @6, 127)) and ("observed_at" > CONVERT(DATETIME2(3), @7, 127) or exists (select "museum"."plant_reading"."plant_id" from "museum"."plant_reading" where "museum"."plant_reading"."plant_id" = "museum"."plant"."plant_id")) order by "museum"."plant"."plant_id"
-- ["2026-11-29T12:02:00.000Z","2026-11-29T11:50:00.000Z","2026-11-29T12:02:00.000Z","on_loan","not_found","2026-11-29T11:50:00.000Z","1970-01-01T00:00:00.000Z"]

select top(101) "plant_id", count(*) as "all", sum(cast("reading_rejected" as integer)) as "readings", sum(case when received_at >= CONVERT(DATETIME2(3), @1, 127) then 1 else 0 end) as "of_day", max(case when reading_rejected = 1 then received_at end) as "newest" from (select top(10000) "plant_id", "reading_rejected", "received_at" from "museum"."plant_rejection" where "resolved_at" is null order by "received_at" desc) as "open_rejection" group by "plant_id" order by "all" desc, "plant_id"
-- ["2026-11-28T12:00:00.000Z"]

select "rule_name", count(*) as "alerts" from "museum"."plant_alert" where "resolved_at" is null group by "rule_name" order by "rule_name"
-- []

select count(distinct "plant_id") as "plants" from "museum"."plant_alert" where "resolved_at" is null
-- []

select top(1) "notifier", "delivered_at" from "museum"."alert_delivery" where "delivered_at" is not null order by "delivered_at" desc
-- []

select count(*) as "deliveries", sum(case when attempts > 0 then 1 else 0 end) as "failing", min(case when attempts = 0 then due_at end) as "since" from "museum"."alert_delivery" where "due_at" is not null and "due_at" <= CONVERT(DATETIME2(3), @1, 127)
-- ["2026-11-29T13:00:00.000Z"]

select count(*) as "given_up" from "museum"."alert_delivery" where "delivered_at" is null and "attempts" > @1 and ("due_at" is not null or "created_at" >= CONVERT(DATETIME2(3), @2, 127)) and "due_at" is null
-- [0,"2026-11-28T12:00:00.000Z"]

select top(1) "notifier", "reason" from "museum"."alert_delivery" where "delivered_at" is null and "attempts" > @1 and ("due_at" is not null or "created_at" >= CONVERT(DATETIME2(3), @2, 127)) order by "created_at" desc
-- [0,"2026-11-28T12:00:00.000Z"]

select "state", count(*) as "files", sum(cast("row_count" as bigint)) as "rows", sum(cast("byte_count" as bigint)) as "bytes", max(cast("partition_hour" as varchar(13))) as "last_hour" from "museum"."archive_file" group by "state"
-- []

select "verified_at" from "museum"."archive_metadata"
-- []

select count(*) as "readings" from "museum"."plant_reading"
-- []

select min("recording_taken") as "oldest" from "museum"."plant_reading" where "recording_taken" >= CONVERT(DATETIME2(3), @1, 127)
-- ["2026-11-29T11:00:00.000Z"]

select top(20) "partition_hour", "after_id", "through_id" from "museum"."archive_file" where "state" = @1 order by "partition_hour" desc
-- ["quarantined"]

select top(1) "plant_reading_id" from "museum"."plant_reading" where "recording_taken" >= CONVERT(DATETIME2(3), @1, 127) and "recording_taken" < CONVERT(DATETIME2(3), @2, 127) and "plant_reading_id" > @3 and "plant_reading_id" <= @4 and not exists (select "archive_file_id" from "museum"."archive_file" where "state" = @5 and "partition_hour" = @6 and "after_id" < "museum"."plant_reading"."plant_reading_id" and "through_id" >= "museum"."plant_reading"."plant_reading_id")
-- ["2026-11-29T07:00:00.000Z","2026-11-29T08:00:00.000Z",0,9,"verified","2026-11-29T07"]

select top(48) "object_key", "byte_count", "state", "partition_hour" from "museum"."archive_file" where "state" = @1 order by "partition_hour" desc
-- ["verified"]

select top(48) "object_key", "byte_count", "state", "partition_hour" from "museum"."archive_file" where "state" = @1 order by "partition_hour" desc
-- ["pruned"]


SELECT SUM(CAST(size AS BIGINT)) * 8192 AS bytes FROM sys.database_files
-- []
