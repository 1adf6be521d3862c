export type { HttpPlantSourceOptions } from "../extract/fetch-plant-source.js";
export { httpPlantSource } from "../extract/http-plant-source.js";
export { keepAliveFetch } from "../extract/keep-alive-fetch.js";
export type { Fetch } from "../extract/send-request.js";
