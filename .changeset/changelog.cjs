const { default: changelog } = require("@changesets/cli/changelog");

/** The default changelog without "Updated dependencies": all packages share one version. */
module.exports = { getReleaseLine: changelog.getReleaseLine, getDependencyReleaseLine: async () => "" };
