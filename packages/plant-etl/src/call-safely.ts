export { callSafely } from "@lmnh/plant-schema/internal";
