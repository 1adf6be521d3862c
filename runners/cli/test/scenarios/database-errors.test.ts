import { errorToken, type FakeTdsOptions, rowsToken, startFakeTdsServer } from "@lmnh/testing/sql-server";
import { describe, expect, onTestFinished, test } from "vitest";
import { startMuseum } from "../support/museum.js";
import { plant } from "../support/plant.js";

/** Signs that have a meaning in URLs, in JSON, in regular expressions or in a shell. */
const oddPassword = `p@s/s:#%"'\\$&*+ {0} ;=?ü`;

async function serve(options: FakeTdsOptions = {}) {
  const server = await startFakeTdsServer(options);
  onTestFinished(() => server.close());
  return server;
}

const refuseLogin = (number: number, text: string): FakeTdsOptions => ({
  response: (kind) => (kind === 16 ? errorToken(number, text) : undefined),
});

const urlOf = (port: number, parameters = "encrypt=false") =>
  `mssql://etl:${encodeURIComponent(oddPassword)}@localhost:${port}/plants?${parameters}`;

describe("plant on a SQL Server that cannot be used", () => {
  test.each([
    ["whose login fails", refuseLogin(18456, "Login failed for user 'etl'."), 78, /Check user and password$/],
    [
      "that lacks the database",
      refuseLogin(4060, 'Cannot open database "plants".'),
      78,
      /Check the name of the database/,
    ],
    ["that is moving", refuseLogin(40613, "Database plants is not currently available."), 75, /Try again/],
    ["that leaves", { response: () => "end" as const }, 75, /failed: socket hang up/],
  ])("%s costs one line and no stack", async (_name, options, exitCode, line) => {
    const { port } = await serve(options);
    for (const command of ["run", "migrate"]) {
      const { code, stdout, stderr } = await plant([command, "--database", urlOf(port)]);
      expect([code, stdout]).toEqual([exitCode, ""]);
      const [warning, error, ...more] = stderr.trimEnd().split("\n");
      expect(warning).toBe(
        "warning: the connection to the database is not encrypted: anyone on the network can read it",
      );
      expect(error).toMatch(/^error: /);
      expect(error).toMatch(line);
      expect(more).toEqual([]);
    }
  });

  test("exits with 75 and one line if nothing listens on the port", async () => {
    const server = await startFakeTdsServer();
    await server.close();
    const { code, stderr } = await plant(["run", "--database", urlOf(server.port, "")]);
    expect([code, stderr]).toEqual([
      75,
      `error: Nothing listens at localhost:${server.port}. Check the port, and that SQL Server runs there\n`,
    ]);
  });

  test("exits with 78 and one line without a password if the server does not encrypt", async () => {
    const server = await serve();
    const { code, stderr } = await plant(["run", "--database", urlOf(server.port, "")]);
    expect(code).toBe(78);
    expect(stderr).toMatch(/^error: localhost:\d+ does not encrypt, and nothing was sent to it\..*\n$/);
    expect(server.kinds).toEqual([18]);
  });

  test("lists it in plant doctor, with the settings of the connection", async () => {
    const { url } = await startMuseum();
    const { port } = await serve(refuseLogin(18456, "Login failed for user 'etl'."));
    const { code, stdout } = await plant(["doctor"], {
      env: {
        PLANT_API_URL: url,
        DB_HOST: "localhost",
        DB_PORT: String(port),
        DB_USER: "etl",
        DB_PASSWORD: oddPassword,
        DB_NAME: "plants",
        DB_ENCRYPT: "false",
      },
    });
    expect(code).toBe(78);
    expect(stdout).toMatch(/DB_ENCRYPT +false +environment/);
    expect(stdout).toMatch(/NOT OK +database +SQL Server error 18456: Login failed for user 'etl'/);
  });
});

test("plant doctor warns of a database without READ_COMMITTED_SNAPSHOT, with the statement that turns it on", async () => {
  const { url } = await startMuseum();
  for (const [isOff, warning] of [
    [true, /^warning +database +READ_COMMITTED_SNAPSHOT is off in \[my plants\]: dashboards wait .*/m],
    [false, null],
  ] as const) {
    const { port } = await serve({
      // The history of migrations, which is empty, and the query for the setting.
      response: (kind, number) =>
        kind === 3 && number === 5 && isOff ? rowsToken(["name"], [["my plants"]]) : undefined,
    });
    const { code, stdout } = await plant(["doctor", "--api", url, "--database", urlOf(port)]);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^ok +database .* opens; pending: 0001_/m)]);
    if (warning === null) expect(stdout).not.toMatch(/SNAPSHOT/);
    else {
      expect(stdout).toMatch(warning);
      expect(stdout).toContain(
        ": ALTER DATABASE [my plants] SET READ_COMMITTED_SNAPSHOT ON WITH ROLLBACK IMMEDIATE\n",
      );
    }
  }
});

test("no password is in the output, whatever its characters and its source", async () => {
  const { url } = await startMuseum();
  const { port } = await serve(refuseLogin(18456, "Login failed for user 'etl'."));
  const names = { DB_HOST: "localhost", DB_PORT: String(port), DB_USER: "etl", DB_NAME: "plants" };
  const places = [
    { PLANT_DATABASE: urlOf(port) },
    // Not percent-encoded, so that it cannot be read.
    { PLANT_DATABASE: `mssql://etl:${oddPassword}@localhost:${port}/plants` },
    { ...names, DB_PASSWORD: oddPassword, DB_ENCRYPT: "false" },
    { ...names, DB_PASSWORD: oddPassword, DB_ENCRYPT: "maybe" },
    { ...names, DB_PASSWORD: oddPassword, DB_CA_FILE: "/nowhere/ca.pem" },
  ];
  for (const env of places)
    for (const args of [
      ["run", "--json"],
      ["doctor", "--json"],
    ]) {
      const { code, stdout, stderr } = await plant(args, {
        env: { PLANT_API_URL: url, PLANT_DEBUG: "1", ...env },
      });
      expect(code).not.toBe(0);
      for (const secret of [
        oddPassword,
        encodeURIComponent(oddPassword),
        JSON.stringify(oddPassword).slice(1, -1),
      ])
        expect(stdout + stderr).not.toContain(secret);
    }
});
