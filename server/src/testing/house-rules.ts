import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

/** A breach of the house's rules, with its reason. */
export interface Violation {
  /** Path from the root, with slashes. */
  readonly file: string;
  readonly reason: string;
}

interface Room {
  /** Files of the room, as paths from the root. */
  readonly files: RegExp;
  /** What they may import: paths from the root, or names of packages. */
  readonly may: readonly RegExp[];
}

const FILE_LINES_MAX = 400;
const gen = /^gen\//;
const security = /^server\/src\/security\//;
const telemetry = /^server\/src\/telemetry\//;
const storePort = /^server\/src\/store\/store\.ts$/;

/** The first room that a file belongs to decides. Its own files are always allowed. */
const rooms: readonly Room[] = [
  { files: /^server\/src\/main(-[a-z-]+)?\.ts$/, may: [/^server\/src\//, gen, /^wire\//] },
  {
    files: /^server\/src\/gateway\//,
    may: [
      gen,
      /^wire\//,
      /^server\/src\/domain\/([a-z-]+\/)?[a-z-]+-service\.ts$/,
      /^server\/src\/domain\/links\/(link-sink|links)\.ts$/,
      // Plain types and clocks that every call is described with.
      /^server\/src\/domain\/(errors|call|clock|ids)\.ts$/,
      // Its error type only: one interceptor maps what reads throw.
      storePort,
      security,
      telemetry,
    ],
  },
  { files: /^server\/src\/domain\//, may: [storePort, security, telemetry, gen] },
  { files: /^server\/src\/peers\//, may: [/^server\/src\/domain\/nodes\//, /^wire\//, gen] },
  { files: /^server\/src\/store\/store\.ts$/, may: [] },
  { files: /^server\/src\/store\//, may: [storePort] },
  { files: /^server\/src\/security\//, may: [gen] },
  { files: /^server\/src\/telemetry\//, may: [] },
  { files: /^wire\//, may: [gen] },
  { files: /^agents\/core\//, may: [gen, /^wire\//] },
  { files: /^agents\/node\//, may: [gen, /^agents\/core\//, /^wire\//] },
  { files: /^agents\/browser\//, may: [gen, /^agents\/core\//, /^wire\//] },
  {
    files: /^cli\/src\/(commands\/(server|dev)|demo)/,
    may: [gen, /^wire\//, /^agents\//, /^cli\//, /^server\/src\/main\.ts$/],
  },
  { files: /^cli\//, may: [gen, /^wire\//, /^agents\//] },
  { files: /^codegen\//, may: [gen] },
  {
    // Measures whole servers, and the store by itself.
    files: /^loadtests\//,
    may: [gen, /^wire\//, /^agents\/node\//, /^server\/src\/main\.ts$/, /^server\/src\/store\//],
  },
];

/** What is measured stands beside its peers, which are other people's libraries. */
const peersFolder = "loadtests/bench/";

/** Packages that only some rooms may import. */
const packages: readonly { name: RegExp; only: RegExp; reason: string }[] = [
  {
    name: /^@connectrpc\//,
    only: /^(server\/src\/(gateway\/|domain\/([a-z-]+\/)?[a-z-]+-service\.ts)|wire\/|agents\/|cli\/)/,
    reason: "inside server only gateway and *-service.ts files know Connect",
  },
  {
    name: /^@grpc\/grpc-js$/,
    only: /^(wire\/|server\/src\/peers\/)/,
    reason: "only wire and peers speak through grpc-js",
  },
  {
    name: /^mongodb$/,
    only: /^server\/src\/store\/mongodb\//,
    reason: "only its store knows MongoDB",
  },
  {
    name: /^node:sqlite$/,
    only: /^server\/src\/store\/sqlite\//,
    reason: "only its store knows SQLite",
  },
  {
    name: /^node:/,
    only: /^(server\/|wire\/|agents\/node\/|cli\/|codegen\/|loadtests\/)/,
    reason: "agents/core runs in browsers too",
  },
];

/** Where the packages of this repository lie. */
const workspaces: Readonly<Record<string, (path: string) => string>> = {
  "@meshwork/gen": (path) => `gen/ts/src/${path}_pb.ts`,
  "@meshwork/gen-cli": (path) => `gen/cli/src/${path}.ts`,
  "@meshwork/gen-codec": (path) => `gen/codec/src/${path}.ts`,
  "@meshwork/wire": (path) => `wire/src/${path}.ts`,
  "@meshwork/server": (path) => `server/src/${path}.ts`,
  "@meshwork/agents-core": (path) => `agents/core/src/${path || "agents-core"}.ts`,
  "@meshwork/agents-node": (path) => `agents/node/src/${path || "agents-node"}.ts`,
};

/**
 * Records, limits, look-ups by name and ports are the domain's ground: every folder may stand on them.
 * What is left, commands and services, goes one way.
 */
const ground = /\/([a-z-]+-(record|access)|limits|agent-links|link-sink|receivers)\.ts$/;

/** Every breach of the house's rules below `root`; tests and their tools may import all. */
export function houseViolations(root: string): Violation[] {
  const files = sourceFiles(root).map((file) => ({
    file,
    text: readFileSync(join(root, file), "utf8"),
  }));
  return [
    ...files.flatMap(({ file, text }) => [
      ...shapeViolations(file, text),
      ...importViolations(root, file, text),
    ]),
    ...domainCycles(root, files),
  ];
}

/** The files that the rules hold for, as paths from the root. */
export function sourceFiles(root: string): string[] {
  const found: string[] = [];
  const walk = (folder: string): void => {
    for (const name of readdirSync(join(root, folder))) {
      if (name === "node_modules" || name.startsWith(".")) continue;
      const path = `${folder}/${name}`;
      if (statSync(join(root, path)).isDirectory()) walk(path);
      else if (path.endsWith(".ts")) found.push(path);
    }
  };
  for (const top of ["server", "wire", "agents", "cli", "codegen", "loadtests"]) {
    if (existsSync(join(root, top))) walk(top);
  }
  return found;
}

function shapeViolations(file: string, text: string): Violation[] {
  const found: Violation[] = [];
  const lines = text.split("\n").length - 1;
  if (lines > FILE_LINES_MAX)
    found.push({ file, reason: `${lines} lines, at most ${FILE_LINES_MAX}: split it` });
  if (/^export default /m.test(text) && !file.includes("/fixtures/"))
    found.push({ file, reason: "default export: name it" });
  if (/^export \* from /m.test(text)) found.push({ file, reason: "barrel: export by name" });
  if (/\/(utils?|helpers?|common|misc)(\.ts|\/)/.test(file))
    found.push({ file, reason: "name it after the one thing inside" });
  if (!/\/[a-z0-9-]+(\.[a-z0-9-]+)*\.ts$/.test(file))
    found.push({ file, reason: "file name is not kebab-case" });
  return found;
}

function importViolations(root: string, file: string, text: string): Violation[] {
  if (isForTests(file)) return [];
  const room = rooms.find(({ files }) => files.test(file));
  if (room === undefined) return [{ file, reason: "belongs to no room of the house" }];
  return importsOf(text).flatMap((name) => {
    const outside = packages.find(
      (rule) => rule.name.test(name) && !rule.only.test(file) && !file.startsWith(peersFolder),
    );
    if (outside) return [{ file, reason: `imports ${name}: ${outside.reason}` }];
    const target = resolveImport(root, file, name);
    if (target === undefined || room.files.test(target)) return [];
    if (room.may.some((allowed) => allowed.test(target))) return [];
    return [{ file, reason: `imports ${target}, which its room may not` }];
  });
}

/** Folders of the domain that import each other, one violation for each import that closes a circle. */
function domainCycles(root: string, files: readonly { file: string; text: string }[]): Violation[] {
  const folderOf = (path: string): string | undefined =>
    /^server\/src\/domain\/([a-z-]+)\//.exec(path)?.[1];
  const arrows = files.flatMap(({ file, text }) => {
    const from = folderOf(file);
    if (from === undefined || isForTests(file)) return [];
    return importsOf(text).flatMap((name) => {
      const target = resolveImport(root, file, name) ?? "";
      const to = folderOf(target);
      return to === undefined || to === from || ground.test(target) ? [] : [{ file, from, to }];
    });
  });
  const reaches = (from: string, to: string, seen = new Set<string>()): boolean =>
    from === to ||
    arrows.some((arrow) => {
      if (arrow.from !== from || seen.has(arrow.to)) return false;
      seen.add(arrow.to);
      return reaches(arrow.to, to, seen);
    });
  return arrows
    .filter(({ from, to }) => reaches(to, from))
    .map(({ file, from, to }) => ({
      file,
      reason: `domain/${from} and domain/${to} import each other`,
    }));
}

function isForTests(file: string): boolean {
  return /\.(test|suite|fixture)\.ts$/.test(file) || /\/(testing|fixtures|examples)\//.test(file);
}

function importsOf(text: string): string[] {
  const pattern =
    /^(?:import|export)\s[^;]*?from\s+"([^"]+)"|^import\s+"([^"]+)"|import\("([^"]+)"\)/gm;
  return [...text.matchAll(pattern)].map((match) => (match[1] ?? match[2] ?? match[3])!);
}

/** Path from the root, or undefined for a package from elsewhere. */
function resolveImport(root: string, file: string, name: string): string | undefined {
  if (name.startsWith("."))
    return relative(root, resolve(root, dirname(file), name)).replaceAll("\\", "/");
  const [, workspace, path] = /^(@meshwork\/[a-z-]+)(?:\/(.*))?$/.exec(name) ?? [];
  return workspace === undefined ? undefined : workspaces[workspace]?.(path ?? "");
}
