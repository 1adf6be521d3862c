export {
  type FetchPlantSourceOptions,
  fetchPlantSource,
  type HttpPlantSourceOptions,
} from "../extract/fetch-plant-source.js";
export type { Fetch } from "../extract/send-request.js";
