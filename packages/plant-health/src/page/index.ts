export {
  buildPageModel,
  defaultTimeZone,
  defaultTitle,
  maxPlants,
  type PageData,
  type PageOptions,
} from "./build-page-model.js";
export { type LoadPageOptions, loadPageData } from "./load-page-data.js";
export type { Grid, Sample } from "./median-line.js";
export type * from "./page-model.js";
export { contentSecurityPolicy, type RenderOptions, renderPage } from "./render-page.js";
