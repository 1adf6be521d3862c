select "loaded", "duplicates", "conflicts", "not_found", "on_loan", "sensor_fault", "rejected", "failed" from "museum"."pruned_run_total"
-- []

select min("started_at") as "first" from "museum"."etl_run" where "started_at" < CONVERT(DATETIME2(3), @1, 127)
-- ["2026-02-28T10:00:00.000Z"]

select sum(cast("loaded" as bigint)) as "loaded", sum(cast("duplicates" as bigint)) as "duplicate", sum(cast("conflicts" as bigint)) as "conflict", sum(cast("not_found" as bigint)) as "not_found", sum(cast("on_loan" as bigint)) as "on_loan", sum(cast("sensor_fault" as bigint)) as "sensor_fault", sum(cast("rejected" as bigint)) as "rejected", sum(cast("failed" as bigint)) as "failed" from "museum"."etl_run" where "started_at" >= CONVERT(DATETIME2(3), @1, 127) and "started_at" < CONVERT(DATETIME2(3), @2, 127)
-- ["2026-02-01T00:00:00.000Z","2026-02-28T10:00:00.000Z"]

select min("started_at") as "first" from "museum"."etl_run" where "started_at" < CONVERT(DATETIME2(3), @1, 127) and "started_at" >= CONVERT(DATETIME2(3), @2, 127)
-- ["2026-02-28T10:00:00.000Z","2026-02-28T10:00:00.000Z"]

select "loaded", "duplicates", "conflicts", "not_found", "on_loan", "sensor_fault", "rejected", "failed" from "museum"."pruned_run_total"
-- []

select min("started_at") as "first" from "museum"."etl_run" where "started_at" < CONVERT(DATETIME2(3), @1, 127) and "started_at" >= CONVERT(DATETIME2(3), @2, 127)
-- ["2026-02-28T10:00:00.000Z","2026-02-28T10:00:00.000Z"]

select sum(cast("loaded" as bigint)) as "loaded", sum(cast("duplicates" as bigint)) as "duplicate", sum(cast("conflicts" as bigint)) as "conflict", sum(cast("not_found" as bigint)) as "not_found", sum(cast("on_loan" as bigint)) as "on_loan", sum(cast("sensor_fault" as bigint)) as "sensor_fault", sum(cast("rejected" as bigint)) as "rejected", sum(cast("failed" as bigint)) as "failed" from "museum"."etl_run" where "started_at" >= CONVERT(DATETIME2(3), @1, 127)
-- ["2026-02-28T10:00:00.000Z"]

select top(1) "started_at", "finished_at" from "museum"."etl_run" where "finished_at" is not null order by "started_at" desc
-- []

select "notifier", count(*) as "all", count("delivered_at") as "delivered", count("due_at") as "pending" from "museum"."alert_delivery" group by "notifier" order by "notifier"
-- []

select count(*) as "readings" from "museum"."plant_reading"
-- []

select sum("row_count") as "archived" from "museum"."archive_file" where "state" in (@1, @2)
-- ["claimed","verified"]
