// A server's configuration: sources in their order, and every problem at once, with its source.
import { describe, expect, test } from "@jest/globals";
import {
  ConfigurationError,
  type ConfigurationProblem,
  environmentSource,
  fileSource,
  resolveConfiguration,
} from "./main-configuration.ts";

const env = { XDG_DATA_HOME: "/data" };

function problems(
  ...args: Parameters<typeof resolveConfiguration>
): readonly ConfigurationProblem[] {
  try {
    resolveConfiguration(...args);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}

describe("configuration of a server", () => {
  test("has defaults that listen on loopback only", () => {
    const { configuration, shown } = resolveConfiguration([], env);
    expect(configuration).toEqual({
      listen: { host: "127.0.0.1", port: 7400 },
      storePath: "/data/meshwork/server/mesh.db",
      logLevel: "info",
      allowedHosts: [],
      acceptOlderStore: false,
      allowCleartext: false,
      drainGraceMs: 10_000,
    });
    expect(shown.every(({ source }) => source === "default")).toBe(true);
  });

  test("takes flag before environment before file, and says which", () => {
    const sources = [
      { name: (key: string) => `--${key}`, values: { listen: "[::1]:1" } },
      environmentSource({ MESH_SERVER_LISTEN: "127.0.0.1:2", MESH_SERVER_LOG_LEVEL: "warn" }),
      fileSource("/etc/mesh.json", '{"listen":"127.0.0.1:3","logLevel":"debug","drainGraceMs":5}'),
    ];
    const { configuration, shown } = resolveConfiguration(sources, env);
    expect(configuration).toMatchObject({
      listen: { host: "::1", port: 1 },
      logLevel: "warn",
      drainGraceMs: 5,
    });
    expect(shown.map(({ name, source }) => [name, source])).toEqual(
      expect.arrayContaining([
        ["listen", "--listen"],
        ["logLevel", "MESH_SERVER_LOG_LEVEL"],
        ["drainGraceMs", "/etc/mesh.json"],
      ]),
    );
  });

  test("tells every problem of every source at once", () => {
    const sources = [
      environmentSource({ MESH_SERVER_LISTEN: "nowhere", MESH_SERVER_ACCEPT_OLDER_STORE: "maybe" }),
      fileSource(
        "/etc/mesh.json",
        '{"stroe":"x","logLevel":7,"drainGraceMs":99999,"store":"mysql:x"}',
      ),
    ];
    expect(problems(sources, env)).toEqual([
      {
        key: "stroe",
        value: "x",
        source: "/etc/mesh.json",
        problem: expect.stringMatching(/known are listen, store/),
      },
      {
        key: "listen",
        value: "nowhere",
        source: "MESH_SERVER_LISTEN",
        problem: expect.stringMatching(/HOST:PORT/),
      },
      {
        key: "store",
        value: "mysql:x",
        source: "/etc/mesh.json",
        problem: expect.stringMatching(/sqlite:PATH/),
      },
      {
        key: "logLevel",
        value: "7",
        source: "/etc/mesh.json",
        problem: expect.stringMatching(/trace/),
      },
      {
        key: "acceptOlderStore",
        value: "maybe",
        source: "MESH_SERVER_ACCEPT_OLDER_STORE",
        problem: "is not true or false",
      },
      {
        key: "drainGraceMs",
        value: "99999",
        source: "/etc/mesh.json",
        problem: expect.stringMatching(/25000/),
      },
    ]);
  });

  test.each(["0.0.0.0:7400", "[::]:7400", "example.com:7400"])(
    "refuses %s without consent",
    (listen) => {
      const flag = { name: () => "--listen", values: { listen } };
      expect(problems([flag], env)).toMatchObject([
        { key: "listen", problem: expect.stringMatching(/allowCleartext/) },
      ]);
      expect(
        problems([{ name: () => "flag", values: { listen, allowCleartext: true } }], env),
      ).toEqual([]);
    },
  );

  test.each(["{", "[]", "7"])("refuses the file %s", (content) => {
    expect(() => fileSource("/etc/mesh.json", content)).toThrow(/mesh.json/);
  });
});
