/** What goes wrong with a plant or its sensor, from one instant to another, while the API works. */
export type PlantFault = PlantFaultKind & {
  /** Milliseconds since the epoch, inclusive. */
  readonly fromMs: number;
  /** Exclusive; may be Infinity. */
  readonly untilMs: number;
};

/** The kinds of faults. */
export type PlantFaultKind =
  /** Nobody waters: the soil dries on, and `last_watered` stays. */
  | { readonly kind: "missedWatering" }
  /** Waterings are recorded, and the soil dries on. */
  | { readonly kind: "wateringWithoutEffect" }
  /** The temperature rises by `degrees` °C, −50…50, within `rampMinutes`, 60 by default, and is as before at the end. */
  | { readonly kind: "warming"; readonly degrees: number; readonly rampMinutes?: number | undefined }
  /** The sensor repeats its values of the beginning. */
  | { readonly kind: "stuck" }
  /** Each response is a sensor fault. */
  | { readonly kind: "silent" }
  /** The soil moisture is off by so many points more each day, −100…100. */
  | { readonly kind: "drift"; readonly percentPerDay: number }
  /** A share of the readings, 0…1, is wild: 50…120 °C and a soil moisture of −3…−99 %. */
  | { readonly kind: "spikes"; readonly share: number };

/** What happens to one plant. */
export interface PlantConditions {
  /** Faults, which may overlap; none by default. */
  readonly faults?: readonly PlantFault[] | undefined;
  /** Each watering is early or late by up to this, 0…360. 0 by default. */
  readonly wateringJitterMinutes?: number | undefined;
}

/** Faults of plants and their sensors, one or several each, by plant id. */
export type PlantFaults = Readonly<Record<number, PlantFault | readonly PlantFault[]>>;

export function isActive({ fromMs, untilMs }: PlantFault, instantMs: number): boolean {
  return instantMs >= fromMs && instantMs < untilMs;
}

/** Whether the plant's sensor has a fault of the kind `silent` at this instant. */
export function isSilentAt({ faults = [] }: PlantConditions, instantMs: number): boolean {
  return faults.some((fault) => fault.kind === "silent" && isActive(fault, instantMs));
}

/** The faults of one plant as a list. */
export function plantFaultsOf(faults: PlantFaults, plantId: number): readonly PlantFault[] {
  const entry = faults[plantId] ?? [];
  return "kind" in entry ? [entry] : entry;
}

const kinds: Readonly<Record<PlantFault["kind"], true>> = {
  missedWatering: true,
  wateringWithoutEffect: true,
  warming: true,
  stuck: true,
  silent: true,
  drift: true,
  spikes: true,
};

export function* plantFaultProblems(faults: PlantFaults): Generator<string> {
  for (const plantId of Object.keys(faults)) {
    const problem = (text: string) => `plantFaults[${plantId}] ${text}`;
    if (!Number.isSafeInteger(Number(plantId))) yield problem("must have a plant id as its key");
    for (const fault of plantFaultsOf(faults, Number(plantId))) {
      if (!Object.hasOwn(kinds, fault.kind)) yield problem(`has an unknown kind: ${fault.kind}`);
      if (!Number.isFinite(fault.fromMs) || !(fault.untilMs > fault.fromMs))
        yield problem(`must begin before it ends: ${fault.fromMs}, ${fault.untilMs}`);
      if (fault.kind === "warming" && !isBetween(fault.degrees, -50, 50))
        yield problem(`must have degrees from -50 to 50: ${fault.degrees}`);
      if (fault.kind === "warming" && !isBetween(fault.rampMinutes ?? 60, 0, 10_080))
        yield problem(`must have rampMinutes from 0 to 10080: ${fault.rampMinutes}`);
      if (fault.kind === "drift" && !isBetween(fault.percentPerDay, -100, 100))
        yield problem(`must have percentPerDay from -100 to 100: ${fault.percentPerDay}`);
      if (fault.kind === "spikes" && !isBetween(fault.share, 0, 1))
        yield problem(`must have a share from 0 to 1: ${fault.share}`);
    }
  }
}

export function isBetween(value: number, from: number, to: number): boolean {
  return value >= from && value <= to;
}
