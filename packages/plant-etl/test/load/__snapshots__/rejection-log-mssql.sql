select top(50) * from "museum"."plant_rejection" where "plant_id" = @1 and "received_at" >= CONVERT(DATETIME2(3), @2, 127) and "reading_rejected" = @3 and "resolved_at" is null order by "received_at" desc, "plant_rejection_id" desc
-- [8,"2026-01-28T12:00:00.000Z",1]

select count(*) as "rejections" from "museum"."plant_rejection"
-- []

select top(100) * from "museum"."plant_rejection" where "resolved_at" is null and "plant_rejection_id" > @1 order by "plant_rejection_id"
-- [7]

select * from "museum"."plant_rejection" where "plant_rejection_id" = @1
-- [7]

update "museum"."plant_rejection" set "resolved_at" = CONVERT(DATETIME2(3), @1, 127), "resolved_by" = @2 where "plant_rejection_id" in (@3, @4) and "resolved_at" is null
-- ["2026-01-28T13:00:00.007Z","retry",7,8]
