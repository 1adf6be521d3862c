import type { Botanist, Plant } from "@lmnh/plant-schema";
import type { VersionSpec } from "./versions/version-spec.js";

/** A plant as the API describes it, without its reading. */
export type SimulatedPlant = Omit<Plant, "observedAt">;

/** The plants of one simulator. */
export interface Roster {
  find(plantId: number): SimulatedPlant | undefined;
  /** Number of plants, without the one on loan. */
  readonly onDisplay: number;
}

/** On loan in every API version. */
export const onLoanId = 43;
/** Does not exist, whatever the number of plants. */
const missingId = 7;

type VersionRoster = Pick<VersionSpec, "firstPlantId" | "maxBotanists">;

/** A roster of exactly these plants. */
export function rosterOf(version: VersionRoster, plants: readonly SimulatedPlant[]): Roster {
  const botanistFor = assignBotanists(version, plants);
  const byId = new Map(plants.map((plant) => [plant.plantId, { ...plant, botanist: botanistFor(plant) }]));
  return { find: (plantId) => byId.get(plantId), onDisplay: byId.size - (byId.has(onLoanId) ? 1 : 0) };
}

/** The version's first plant to `count`, without 7. Plants beyond the shipped set repeat it under their own ids. */
export function shippedRoster(
  version: VersionRoster,
  shipped: readonly SimulatedPlant[],
  count: number,
): Roster {
  const botanistFor = assignBotanists(version, shipped);
  const byId = new Map(shipped.map((plant) => [plant.plantId, plant]));
  const exists = (plantId: number) =>
    Number.isInteger(plantId) && plantId >= version.firstPlantId && plantId <= count && plantId !== missingId;
  const templateOf = (plantId: number) => byId.get(plantId) ?? shipped[plantId % shipped.length];
  const find = (plantId: number): SimulatedPlant | undefined => {
    const template = exists(plantId) ? templateOf(plantId) : undefined;
    return template && { ...template, plantId, botanist: botanistFor({ ...template, plantId }) };
  };
  const absent = [missingId, onLoanId].filter((plantId) => plantId <= count).length;
  return { find, onDisplay: count - version.firstPlantId + 1 - absent };
}

/** The first `maxBotanists` share all the plants. */
function assignBotanists(
  { maxBotanists }: VersionRoster,
  plants: readonly SimulatedPlant[],
): (plant: SimulatedPlant) => Botanist | null {
  if (maxBotanists === Number.POSITIVE_INFINITY) return (plant) => plant.botanist;
  const byEmail = new Map(
    plants.flatMap(({ botanist }) => (botanist === null ? [] : [[botanist.email, botanist]])),
  );
  const shared = [...byEmail.values()].slice(0, maxBotanists);
  return (plant) => (plant.botanist === null ? null : (shared[plant.plantId % shared.length] ?? null));
}
