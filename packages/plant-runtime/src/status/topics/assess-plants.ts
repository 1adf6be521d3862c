import { describeCount } from "../describe-count.js";
import { describeAge, describeDuration } from "../describe-time.js";
import { silentAfterMs } from "../run-interval.js";
import type { StatusContext } from "../status-context.js";
import type { PlantFacts, QuietPlant, StatusFacts } from "../status-facts.js";
import { futureToleranceMs, maxListed } from "../status-limits.js";
import { temporaryProblem } from "../status-problems.js";
import type { Assessment } from "../status-report.js";

/** As the health rule `silent`. */
const healthyRunsForSilence = 6;

export function assessPlants({ known, quiet }: PlantFacts, context: StatusContext): Assessment {
  const {
    facts: { rejections },
    nowMs,
    newestRuns,
    intervalMs,
    command,
  } = context;
  // As the health rule: a pipeline that fails is not the sensor's fault.
  const healthy = newestRuns.filter(({ state, loaded }) => state === "complete" && loaded > 0);
  const silent = quiet.filter(
    ({ lastReadingMs }) =>
      healthy.filter(({ startedMs }) => startedMs > (lastReadingMs ?? 0)).length >= healthyRunsForSilence,
  );
  if (silent.length === 0) return { text: `${describeCount(known)} known, none silent`, problems: [] };
  const number = silent.length >= maxListed ? `more than ${maxListed - 1}` : describeCount(silent.length);
  const isRejected = (plant: QuietPlant) => isRejectedSince(rejections, plant);
  const sensors = silent.filter((plant) => !isRejected(plant));
  const rejected = silent.filter(isRejected);
  const [first] = rejected;
  return {
    text: `${describeCount(known)} known, ${number} silent for ${describeDuration(silentAfterMs(intervalMs))}`,
    problems: [
      ...(first === undefined
        ? []
        : [
            temporaryProblem(
              "silent",
              `no reading of ${listQuiet(rejected, nowMs)}: responses were rejected`,
              {
                see: "a-response-changed-its-form",
                next: command(rejected.length === 1 ? `rejections --plant ${first.plantId}` : "rejections"),
              },
            ),
          ]),
      ...(sensors.length === 0
        ? []
        : [
            temporaryProblem(
              "silent",
              `no reading of ${listQuiet(sensors, nowMs)}: somebody has to look at the plant and its sensor`,
              { next: command("alert --dry-run") },
            ),
          ]),
    ],
  };
}

/** Whether an open rejection is later than the newest reading of the plant. */
function isRejectedSince(
  rejections: StatusFacts["rejections"],
  { plantId, lastReadingMs }: QuietPlant,
): boolean {
  const newestMs =
    rejections.kind === "known"
      ? rejections.facts.byPlant.find((each) => each.plantId === plantId)?.newestReadingMs
      : null;
  return newestMs != null && newestMs + futureToleranceMs >= (lastReadingMs ?? 0);
}

function listQuiet(plants: readonly QuietPlant[], nowMs: number): string {
  const shown = plants.slice(0, 5).map(({ plantId, lastReadingMs, botanist }) => {
    const since = lastReadingMs === null ? "no reading" : `last ${describeAge(lastReadingMs, nowMs)}`;
    return `plant ${plantId} (${since}${botanist === null ? "" : `, botanist ${botanist}`})`;
  });
  return `${shown.join(", ")}${plants.length > 5 ? " and others" : ""}`;
}
