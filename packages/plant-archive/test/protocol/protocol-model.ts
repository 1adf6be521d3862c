/**
 * A model of docs/archive-protocol.md for one closed hour: what two archivers, a loader, a writer without the lock and an
 * unreliable store can do, one atomic step at a time. `next` returns every state that can follow a state.
 *
 * A reading is a letter; its id is its place in the order of insertion. The same letter loaded again is the same reading.
 */
export interface State {
  /** The readings in the database by id, in the order of ids. */
  readonly rows: readonly Row[];
  readonly nextId: number;
  /** What the loader still has to load, in order. */
  readonly toLoad: string;
  /** A writer without the lock that has an id and has not committed, and what it still has to write. */
  readonly writer: { readonly toWrite: string; readonly id: number | null };
  readonly files: readonly File[];
  /** The content of each object by its key. */
  readonly objects: Readonly<Record<string, string>>;
  readonly archivers: readonly Archiver[];
  readonly crashesLeft: number;
  /** How often the store may still return other content than it has. */
  readonly liesLeft: number;
  /** How often the store may still lose an object that nobody has read back. */
  readonly lossesLeft: number;
  /** How often an operator may still restore a pruned file. */
  readonly restoresLeft: number;
  /** Every reading that was ever committed. */
  readonly committed: string;
}

interface Row {
  readonly id: number;
  readonly reading: string;
}

export interface File {
  readonly key: string;
  readonly state: "claimed" | "verified" | "pruned" | "quarantined";
  readonly after: number;
  readonly through: number;
  readonly count: number;
  /** Its readings, once it is verified: the digest. */
  readonly digest: string | null;
}

/** What an archiver is about to do; what it knows is lost in a crash. */
type Archiver =
  | { readonly at: "idle" }
  | { readonly at: "claim"; readonly after: number; readonly through: number; readonly count: number }
  | { readonly at: "drop"; readonly key: string; readonly compared: readonly string[] }
  | { readonly at: "read"; readonly key: string }
  | { readonly at: "put"; readonly key: string; readonly expected: string }
  | { readonly at: "readBack"; readonly key: string; readonly expected: string }
  | { readonly at: "verify"; readonly key: string; readonly expected: string }
  | { readonly at: "quarantine"; readonly key: string }
  | { readonly at: "move"; readonly key: string }
  | { readonly at: "readAgain"; readonly key: string }
  | { readonly at: "prune"; readonly key: string };

/** Defects that the exploration must find. */
export type Defect =
  | "claims in two steps"
  | "prunes without comparing"
  | "verifies a file in any state"
  | "does not read back"
  | "counts the range again"
  | "keeps a file that lacks a reading";

export interface Scenario {
  readonly toLoad: string;
  readonly toWrite?: string;
  readonly rowsPerFile: number;
  readonly archivers: number;
  readonly crashes: number;
  readonly lies: number;
  readonly losses: number;
  readonly restores: number;
}

export function startState({
  toLoad,
  toWrite = "",
  archivers,
  crashes,
  lies,
  losses,
  restores,
}: Scenario): State {
  return {
    rows: [],
    nextId: 1,
    toLoad,
    writer: { toWrite, id: null },
    files: [],
    objects: {},
    archivers: Array.from({ length: archivers }, () => ({ at: "idle" })),
    crashesLeft: crashes,
    liesLeft: lies,
    lossesLeft: losses,
    restoresLeft: restores,
    committed: "",
  };
}

export function next(state: State, { rowsPerFile }: Scenario, defect: Defect | null): State[] {
  const states: State[] = [...loads(state), ...writes(state), ...losses(state), ...restores(state)];
  state.archivers.forEach((archiver, index) => {
    const put = (after: State, moved: Archiver): void => {
      states.push({
        ...after,
        archivers: after.archivers.map((one, place) => (place === index ? moved : one)),
      });
    };
    if (archiver.at !== "idle" && state.crashesLeft > 0)
      put({ ...state, crashesLeft: state.crashesLeft - 1 }, { at: "idle" });
    for (const [after, moved] of stepsOf(archiver, state, rowsPerFile, defect)) put(after, moved);
  });
  return states;
}

type Step = readonly [State, Archiver];
const idle: Archiver = { at: "idle" };

function stepsOf(archiver: Archiver, state: State, rowsPerFile: number, defect: Defect | null): Step[] {
  if (archiver.at === "idle") return begin(state, rowsPerFile, defect);
  if (archiver.at === "claim")
    return [[insertFile(state, archiver), { at: "drop", key: keyOf(state), compared: [] }]];
  const { key } = archiver;
  const file = state.files.find((one) => one.key === key);
  if (file === undefined) return [[state, idle]];
  const object = state.objects[key];
  switch (archiver.at) {
    case "drop":
      return drop(state, file, archiver.compared, defect);
    case "read": {
      const expected = contentOf(state, file);
      if (expected.length !== file.count) return [[state, { at: "quarantine", key }]];
      return [[state, { at: "put", key, expected }]];
    }
    case "put": {
      const { expected } = archiver;
      const written = { ...state, objects: { ...state.objects, [key]: expected } };
      const after = object === undefined ? written : state;
      if (defect === "does not read back") return [[after, { at: "verify", key, expected }]];
      return [[after, { at: "readBack", key, expected }]];
    }
    case "readBack": {
      const { expected } = archiver;
      const steps: Step[] = [
        [state, object === expected ? { at: "verify", key, expected } : { at: "quarantine", key }],
      ];
      if (state.liesLeft > 0)
        steps.push([
          { ...state, liesLeft: state.liesLeft - 1 },
          { at: "quarantine", key },
        ]);
      return steps;
    }
    case "verify": {
      const { expected } = archiver;
      const mayVerify = file.state === "claimed" && file.count === expected.length;
      if (!mayVerify && defect !== "verifies a file in any state")
        return [[state, file.state === "quarantined" ? { at: "move", key } : idle]];
      return [[changeFile(state, key, { state: "verified", digest: expected }), idle]];
    }
    case "quarantine":
      if (file.state !== "claimed" && file.state !== "verified")
        return [[state, file.state === "quarantined" ? { at: "move", key } : idle]];
      return [[changeFile(state, key, { state: "quarantined" }), { at: "move", key }]];
    case "move": {
      const { [key]: _moved, ...objects } = state.objects;
      return [[{ ...state, objects }, idle]];
    }
    case "readAgain": {
      if (file.state !== "verified") return [[state, idle]];
      const isSame = object === file.digest || defect === "does not read back";
      const steps: Step[] = [[state, isSame ? { at: "prune", key } : { at: "quarantine", key }]];
      if (state.liesLeft > 0)
        steps.push([
          { ...state, liesLeft: state.liesLeft - 1 },
          { at: "quarantine", key },
        ]);
      return steps;
    }
    case "prune": {
      if (file.state !== "verified") return [[state, idle]];
      // An object that was read back stays: what the protocol assumes of a store.
      const isSame = contentOf(state, file) === file.digest || defect === "prunes without comparing";
      if (!isSame)
        return [[state, defect === "keeps a file that lacks a reading" ? idle : { at: "quarantine", key }]];
      const rows = state.rows.filter((row) => !isInRange(row, file));
      return [[changeFile({ ...state, rows }, key, { state: "pruned" }), idle]];
    }
  }
}

/** What a run may begin with: a claimed file, a claim, or the pruning of a verified file. */
function begin(state: State, rowsPerFile: number, defect: Defect | null): Step[] {
  const steps: Step[] = [];
  for (const { key, state: fileState } of state.files) {
    if (fileState === "claimed") steps.push([state, { at: "drop", key, compared: [] }]);
    if (fileState === "verified") steps.push([state, { at: "readAgain", key }]);
    if (fileState === "quarantined" && state.objects[key] !== undefined)
      steps.push([state, { at: "move", key }]);
  }
  const range = unarchivedRange(state, rowsPerFile);
  if (range !== null)
    steps.push(
      defect === "claims in two steps"
        ? [state, { at: "claim", ...range }]
        : [insertFile(state, range), { at: "drop", key: keyOf(state), compared: [] }],
    );
  return steps;
}

type Range = Pick<File, "after" | "through" | "count">;

function unarchivedRange(state: State, rowsPerFile: number): Range | null {
  const covering = state.files.filter(isCovering);
  const first = state.rows.find((row) => !covering.some((file) => isInRange(row, file)));
  if (first === undefined) return null;
  const end = Math.min(
    ...covering.map(({ after }) => after).filter((after) => after >= first.id),
    state.nextId,
  );
  const claimed = state.rows.filter(({ id }) => id >= first.id && id <= end).slice(0, rowsPerFile);
  return { after: first.id - 1, through: claimed.at(-1)?.id ?? 0, count: claimed.length };
}

function keyOf(state: State): string {
  return `f${state.files.length}`;
}

function insertFile(state: State, { after, through, count }: Range): State {
  const file: File = { key: keyOf(state), state: "claimed", after, through, count, digest: null };
  return { ...state, files: [...state.files, file] };
}

/** Removes what the pruned files contain from a claimed file, one after the other. A file that becomes empty is deleted. */
function drop(state: State, file: File, compared: readonly string[], defect: Defect | null): Step[] {
  if (file.state !== "claimed") return [[state, idle]];
  const older = state.files.find((one) => one.state === "pruned" && !compared.includes(one.key));
  if (older === undefined) return [[state, { at: "read", key: file.key }]];
  const next: Archiver = { at: "drop", key: file.key, compared: [...compared, older.key] };
  const content = state.objects[older.key] ?? "";
  const rows = state.rows.filter((row) => !(isInRange(row, file) && content.includes(row.reading)));
  const dropped = state.rows.length - rows.length;
  if (dropped === 0) return [[state, next]];
  const count =
    defect === "counts the range again"
      ? rows.filter((row) => isInRange(row, file)).length
      : file.count - dropped;
  const after = { ...state, rows };
  if (count > 0) return [[changeFile(after, file.key, { count }), next]];
  // The key of a deleted file is not used again: its place stays, without a range.
  return [[changeFile(after, file.key, { state: "quarantined", count }), idle]];
}

function loads(state: State): State[] {
  const reading = state.toLoad[0];
  if (reading === undefined) return [];
  const toLoad = state.toLoad.slice(1);
  // The key of a reading is unique.
  if (state.rows.some((row) => row.reading === reading)) return [{ ...state, toLoad }];
  const rows = [...state.rows, { id: state.nextId, reading }];
  return [{ ...state, toLoad, rows, nextId: state.nextId + 1, committed: commit(state, reading) }];
}

/** A writer without the lock: it takes an id, and commits at any time later. */
function writes(state: State): State[] {
  const { toWrite, id } = state.writer;
  const reading = toWrite[0];
  if (reading === undefined) return [];
  if (id === null) return [{ ...state, writer: { toWrite, id: state.nextId }, nextId: state.nextId + 1 }];
  const writer = { toWrite: toWrite.slice(1), id: null };
  if (state.rows.some((row) => row.reading === reading)) return [{ ...state, writer }];
  const rows = [...state.rows, { id, reading }].sort((a, b) => a.id - b.id);
  return [{ ...state, writer, rows, committed: commit(state, reading) }];
}

/** The store loses or damages an object that is not pruned. */
function losses(state: State): State[] {
  if (state.lossesLeft === 0) return [];
  const isRead = (key: string) =>
    state.archivers.some((archiver) => archiver.at === "prune" && archiver.key === key) ||
    state.files.some((file) => file.key === key && file.state === "pruned");
  return Object.keys(state.objects)
    .filter((key) => !isRead(key))
    .map((key) => {
      const { [key]: _lost, ...objects } = state.objects;
      return { ...state, objects, lossesLeft: state.lossesLeft - 1 };
    });
}

/** An operator restores a pruned file: its readings get new ids, and replace unarchived ones. */
function restores(state: State): State[] {
  if (state.restoresLeft === 0) return [];
  return state.files
    .filter((file) => file.state === "pruned")
    .flatMap(({ key }) => {
      const content = state.objects[key] ?? "";
      const stored = state.rows.filter((row) => content.includes(row.reading));
      const covering = state.files.filter(isCovering);
      // Another file has a reading of this one: a conflict, and nothing changes.
      if (stored.some((row) => covering.some((file) => isInRange(row, file)))) return [];
      const restored = [...content].map((reading, place) => ({ id: state.nextId + place, reading }));
      const after: State = {
        ...state,
        rows: [...state.rows.filter((row) => !stored.includes(row)), ...restored],
        nextId: state.nextId + content.length,
        restoresLeft: state.restoresLeft - 1,
      };
      const range = { after: state.nextId - 1, through: state.nextId + content.length - 1 };
      return [changeFile(after, key, { state: "verified", ...range })];
    });
}

function commit({ committed }: State, reading: string): string {
  return committed.includes(reading) ? committed : [...committed, reading].sort().join("");
}

function changeFile(state: State, key: string, changes: Partial<File>): State {
  return { ...state, files: state.files.map((file) => (file.key === key ? { ...file, ...changes } : file)) };
}

function isCovering({ state }: File): boolean {
  return state === "claimed" || state === "verified";
}

function isInRange({ id }: Row, { after, through }: Range): boolean {
  return id > after && id <= through;
}

function contentOf({ rows }: State, range: Range): string {
  return rows
    .filter((row) => isInRange(row, range))
    .map(({ reading }) => reading)
    .sort()
    .join("");
}

/** What is wrong with a state, whatever happens next; `null` if nothing is. */
export function violation(state: State): string | null {
  const pruned = state.files.filter((file) => file.state === "pruned");
  const archived = pruned.map(({ key }) => state.objects[key] ?? "").join("");
  for (const reading of state.committed)
    if (!archived.includes(reading) && !state.rows.some((row) => row.reading === reading))
      return `${reading} is lost`;
  if (new Set(archived).size < archived.length) return `pruned files contain ${archived}`;
  for (const { id } of state.rows)
    if (state.files.filter((file) => isCovering(file) && isInRange({ id, reading: "" }, file)).length > 1)
      return `the reading ${id} is covered twice`;
  return null;
}

/** Whether everything is loaded, and in exactly one pruned file. */
function isComplete(state: State): boolean {
  const archived = state.files
    .filter((file) => file.state === "pruned")
    .map(({ key }) => state.objects[key])
    .join("");
  return (
    state.toLoad === "" &&
    state.writer.toWrite === "" &&
    state.rows.length === 0 &&
    [...archived].sort().join("") === state.committed
  );
}

/**
 * Explores every state that can be reached. Wrong are a state with a violation, and one from which no complete state can
 * be reached, however the steps continue.
 */
export function explore(
  scenario: Scenario,
  defect: Defect | null = null,
): { readonly states: number; readonly wrong: string | null } {
  const start = JSON.stringify(startState(scenario));
  const before = new Map<string, string[]>([[start, []]]);
  const complete: string[] = [];
  // A Map returns what is added while it is iterated.
  for (const text of before.keys()) {
    const state = JSON.parse(text) as State;
    const wrong = violation(state);
    if (wrong !== null) return { states: before.size, wrong: `${wrong}: ${text}` };
    if (isComplete(state)) complete.push(text);
    for (const following of next(state, scenario, defect)) {
      const key = JSON.stringify(following);
      const ways = before.get(key);
      if (ways === undefined) before.set(key, [text]);
      else ways.push(text);
    }
  }
  const completable = new Set(complete);
  for (const text of completable) for (const one of before.get(text) ?? []) completable.add(one);
  const stuck = [...before.keys()].find((text) => !completable.has(text));
  return { states: before.size, wrong: stuck === undefined ? null : `cannot be completed: ${stuck}` };
}
