import { PlantHealthError } from "../errors.js";

/** The thresholds of the rules. `c` in the descriptions is the median time between two complete runs. */
export interface HealthSettings {
  /** `silent` fires after this time without a reading, or after 6c if that is longer. 10. */
  readonly silentAfterMinutes: number;
  /** `stuck` fires when the soil moisture has not changed for this time, or for 8c if that is longer. 45. */
  readonly stuckAfterMinutes: number;
  /** A smaller change of the soil moisture is none. 0.05. */
  readonly stuckRangePercent: number;
  /** `not-watered` fires after this time as long as the usual interval is not known. 26. */
  readonly firstWateringLimitHours: number;
  /** The least delay of a watering, beyond the usual interval, that is reported. 2. */
  readonly wateringMarginHours: number;
  /** `no-effect` is judged from this time after a watering, to the other. 20 and 140. */
  readonly noEffectAfterMinutes: number;
  /** As `noEffectAfterMinutes`: the end of the time in which it is judged. */
  readonly noEffectUntilMinutes: number;
  /** The rise of the soil moisture that a watering causes at least. 10. */
  readonly wateringRisePercent: number;
  /** A watering of soil that is at least this wet is not expected to make it wetter. 85. */
  readonly wetSoilPercent: number;
  /** `temperature` fires beyond this deviation from the usual, and is resolved below the other. 4 and 2.5. */
  readonly temperatureDeviationCelsius: number;
  /** As `temperatureDeviationCelsius`: the deviation below which the alert is resolved. */
  readonly temperatureReturnCelsius: number;
  /** How long the deviation must last. 10. */
  readonly temperatureAfterMinutes: number;
  /** `drift` fires when levels around two waterings in a row are off by more. 5. */
  readonly driftPercent: number;
  /** `outage` fires when more than this share of the plants is silent. 0.5. */
  readonly outageShare: number;
  /** An alert that fires again within this time after its end is the same alert: nobody is notified again. 60. */
  readonly reopenWithinMinutes: number;
}

/** Some of the settings. One that is `undefined` has its default. */
export type PartialHealthSettings = {
  readonly [Name in keyof HealthSettings]?: HealthSettings[Name] | undefined;
};

/** The defaults that each setting names. */
export const defaultHealthSettings: HealthSettings = Object.freeze({
  silentAfterMinutes: 10,
  stuckAfterMinutes: 45,
  stuckRangePercent: 0.05,
  firstWateringLimitHours: 26,
  wateringMarginHours: 2,
  noEffectAfterMinutes: 20,
  noEffectUntilMinutes: 140,
  wateringRisePercent: 10,
  wetSoilPercent: 85,
  temperatureDeviationCelsius: 4,
  temperatureReturnCelsius: 2.5,
  temperatureAfterMinutes: 10,
  driftPercent: 5,
  outageShare: 0.5,
  reopenWithinMinutes: 60,
});

/**
 * Completes the settings with the defaults.
 *
 * @throws PlantHealthError `OPTION_INVALID`, which names every problem
 */
export function readHealthSettings(given: PartialHealthSettings = {}): HealthSettings {
  const chosen = Object.entries(given).filter(([, value]) => value !== undefined);
  const settings: HealthSettings = { ...defaultHealthSettings, ...Object.fromEntries(chosen) };
  const problems = [...settingProblems(settings)];
  if (problems.length > 0) throw new PlantHealthError("OPTION_INVALID", "abort", problems.join("; "));
  return Object.freeze(settings);
}

function* settingProblems(settings: HealthSettings): Generator<string> {
  for (const [name, value] of Object.entries(settings)) {
    if (!Object.hasOwn(defaultHealthSettings, name)) yield `${name} is not a setting`;
    else if (typeof value !== "number" || !Number.isFinite(value) || value < 0)
      yield `${name} must be a number from 0 on: ${value}`;
    else if (value === 0 && name !== "reopenWithinMinutes") yield `${name} must be above 0`;
  }
  if (settings.temperatureReturnCelsius >= settings.temperatureDeviationCelsius)
    yield "temperatureReturnCelsius must be below temperatureDeviationCelsius";
  if (settings.noEffectAfterMinutes >= settings.noEffectUntilMinutes)
    yield "noEffectAfterMinutes must be below noEffectUntilMinutes";
  if (settings.outageShare >= 1) yield `outageShare must be below 1: ${settings.outageShare}`;
}
