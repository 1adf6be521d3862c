export { assertEqual, assertMatches, rejectionOf } from "./assertions.js";
export {
  type Capability,
  type Closable,
  type ContractSuite,
  contractSuite,
  type TestContext,
  type TestOptions,
  type TestRunner,
} from "./contract-suite.js";
