// Imported when it is used, without the rest of the package.
export { directoryObjectStore, memoryObjectStore } from "@lmnh/plant-archive";
