import type { EtlEvent } from "./events.js";

/** Receives what an observer threw, or rejected its promise with, and the event. */
export type ObserverErrorHandler = (error: unknown, event: EtlEvent) => void;

export { protectObserver } from "@lmnh/plant-schema/internal";
