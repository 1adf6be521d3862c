import type { Botanist, Plant } from "@lmnh/plant-schema";
import { type ApiVersion, isEarly } from "./api-version.js";

/** A plant as the simulator shows it: what the API tells of it beside the reading. */
export type SimulatedPlant = Omit<Plant, "observedAt">;

/** The plants that a simulator knows. */
export interface Roster {
  find(plantId: number): SimulatedPlant | undefined;
  /** How many plants there are, without the one on loan. */
  readonly onDisplay: number;
}

/** Always on loan, in every era. */
export const onLoanId = 43;
/** Never existed, however many plants are asked for. */
const missingId = 7;

/** Exactly these plants. */
export function rosterOf(apiVersion: ApiVersion, plants: readonly SimulatedPlant[]): Roster {
  const botanistFor = botanistsIn(apiVersion, plants);
  const byId = new Map(plants.map((plant) => [plant.plantId, { ...plant, botanist: botanistFor(plant) }]));
  return { find: (plantId) => byId.get(plantId), onDisplay: byId.size - (byId.has(onLoanId) ? 1 : 0) };
}

/** Plants 1…`count` without 7, and 0 in the early eras; those beyond the shipped set repeat it under their own ids. */
export function shippedRoster(
  apiVersion: ApiVersion,
  shipped: readonly SimulatedPlant[],
  count: number,
): Roster {
  const botanistFor = botanistsIn(apiVersion, shipped);
  const byId = new Map(shipped.map((plant) => [plant.plantId, plant]));
  const exists = (plantId: number) =>
    Number.isInteger(plantId) &&
    plantId >= (isEarly(apiVersion) ? 0 : 1) &&
    plantId <= count &&
    plantId !== missingId;
  const templateOf = (plantId: number) => byId.get(plantId) ?? shipped[plantId % shipped.length];
  const find = (plantId: number): SimulatedPlant | undefined => {
    const template = exists(plantId) ? templateOf(plantId) : undefined;
    return template && { ...template, plantId, botanist: botanistFor({ ...template, plantId }) };
  };
  const absent = [missingId, onLoanId].filter((plantId) => plantId <= count).length;
  return { find, onDisplay: count + (isEarly(apiVersion) ? 1 : 0) - absent };
}

/** In the early eras the first three botanists share all the plants; later each plant keeps its own. */
function botanistsIn(
  apiVersion: ApiVersion,
  plants: readonly SimulatedPlant[],
): (plant: SimulatedPlant) => Botanist | null {
  if (!isEarly(apiVersion)) return (plant) => plant.botanist;
  const byEmail = new Map(
    plants.flatMap(({ botanist }) => (botanist === null ? [] : [[botanist.email, botanist]])),
  );
  const three = [...byEmail.values()].slice(0, 3);
  return (plant) => (plant.botanist === null ? null : (three[plant.plantId % three.length] ?? null));
}
