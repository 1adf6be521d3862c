/**
 * What an alert can be about.
 *
 * - `silent`: the plant's sensor sends no reading, while runs are complete
 * - `stuck`: the soil moisture does not change at all
 * - `not-watered`: the last watering is longer ago than is usual
 * - `no-effect`: a watering did not make the soil wetter
 * - `temperature`: the temperature is far from its median of the last days
 * - `drift`: the soil moisture around waterings has moved away from its usual level
 * - `outage`: no readings arrive at all, or more than half of the plants are silent; the only rule without a plant
 */
export const rules = [
  "silent",
  "stuck",
  "not-watered",
  "no-effect",
  "temperature",
  "drift",
  "outage",
] as const;

/** The name of a rule; see `rules`. */
export type Rule = (typeof rules)[number];

/** The rules about one plant. */
export type PlantRule = Exclude<Rule, "outage">;

/** Who has to act: a `plant` needs its botanist, a `sensor` the operator or a technician. */
export const ruleKinds: Readonly<Record<Rule, "plant" | "sensor" | "system">> = {
  silent: "sensor",
  stuck: "sensor",
  "not-watered": "plant",
  "no-effect": "plant",
  temperature: "plant",
  drift: "sensor",
  outage: "system",
};
