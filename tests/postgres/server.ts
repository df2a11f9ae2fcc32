/** A PostgreSQL server of a test's own: on a free port of the loopback, its data in a folder that goes with it. */
import { join } from "node:path";

const ROOT = "/usr/lib/postgresql";
/** Whether there is one to run. */
export const noPostgres = (): boolean => newest() === null;

/** Programs of the newest version that is installed. */
function newest(): string | null {
  try {
    const versions = [...Deno.readDirSync(ROOT)].map(({ name }) => Number(name)).filter(Number.isFinite);
    return versions.length === 0 ? null : `${ROOT}/${Math.max(...versions)}/bin`;
  } catch {
    return null;
  }
}

export interface PostgresServer {
  readonly port: number;
  /** address of a new, empty database */
  database(): Promise<string>;
  /** without waiting for anyone, as by a power cut; then it is there again */
  restart(): Promise<void>;
  start(): Promise<void>;
  kill(): Promise<void>;
  /** does a statement as its owner; what comes back is lines */
  sql(statement: string, database?: string): Promise<string>;
  close(): Promise<void>;
}

/** Who may come in: everybody, but `guarded` by its password alone. */
const ACCESS = `local all all trust
host all guarded 127.0.0.1/32 scram-sha-256
host all all 127.0.0.1/32 trust
`;

/** @param settings more lines of its configuration, as `max_connections = 20` */
export async function postgresServer(settings: readonly string[] = []): Promise<PostgresServer> {
  const folder = await Deno.makeTempDir({ prefix: "plateau-postgres-" }), data = join(folder, "data");
  const programs = newest()!, owner = await ownerOf(folder), port = freePort();
  await done(`${programs}/initdb`, ["-D", data, "-U", "owner", "--auth=trust", "--no-sync"], owner);
  const lines = [
    ...["listen_addresses = '127.0.0.1'", `port = ${port}`, `unix_socket_directories = '${folder}'`],
    ...settings,
  ];
  await Deno.writeTextFile(join(data, "postgresql.conf"), lines.map((line) => `\n${line}`).join(""), {
    append: true,
  });
  await Deno.writeTextFile(join(data, "pg_hba.conf"), ACCESS);
  let child: Deno.ChildProcess | null = null, made = 0;
  const sql = async (statement: string, database = "postgres") => {
    const args = [
      "-h",
      folder,
      "-p",
      `${port}`,
      "-U",
      "owner",
      "-X",
      "-q",
      "-A",
      "-t",
      "-c",
      statement,
      database,
    ];
    return (await done(`${programs}/psql`, args, owner)).trim();
  };
  const start = async () => {
    child = new Deno.Command(`${programs}/postgres`, {
      ...{ args: ["-D", data], ...owner, stdout: "null", stderr: "null", cwd: folder },
    }).spawn();
    for (let tries = 0;; tries++) {
      try {
        await sql("SELECT 1");
        return;
      } catch (error) {
        if (tries > 100) throw error;
        await new Promise((soon) => setTimeout(soon, 100));
      }
    }
  };
  const kill = async () => {
    // "immediate": every session ends at once, nothing is tidied up
    child?.kill("SIGQUIT");
    await child?.status;
    child = null;
  };
  await start();
  return {
    port,
    sql,
    start,
    kill,
    async restart() {
      await kill();
      await start();
    },
    async database() {
      const name = `d${made++}`;
      await sql(`CREATE DATABASE ${name}`);
      return `postgres://owner@127.0.0.1:${port}/${name}`;
    },
    async close() {
      await kill();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** The user that may run a server: never root. */
async function ownerOf(folder: string): Promise<{ uid?: number; gid?: number }> {
  if (Deno.uid() !== 0) return {};
  const entry = /^postgres:[^:]*:(\d+):(\d+):/m.exec(await Deno.readTextFile("/etc/passwd"))!;
  const [uid, gid] = [Number(entry[1]), Number(entry[2])];
  await Deno.chown(folder, uid, gid);
  return { uid, gid };
}

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  listener.close();
  return listener.addr.port;
}

async function done(program: string, args: string[], owner: { uid?: number; gid?: number }): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, {
    ...{ args, ...owner, cwd: "/", stdout: "piped", stderr: "piped" },
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}
