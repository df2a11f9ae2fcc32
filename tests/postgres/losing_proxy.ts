/** Stands before a server and loses answers: what was committed there is not known here. */

export interface LosingProxy {
  readonly port: number;
  /** the next answer to a commit of a change is lost, with its connection */
  loseNext(): void;
  /** answers lost so far */
  readonly lost: number;
  close(): void;
}

/** What the server says once it has committed: CommandComplete with its tag. */
const COMMITTED = "COMMIT\0";
/** What it says of a change's count, and never to a connection that only reads. */
const COUNTED = "UPDATE 1\0";

export function losingProxy(port: number): LosingProxy {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  let isArmed = false, lost = 0;
  const connect = async (client: Deno.Conn) => {
    const server = await Deno.connect({ hostname: "127.0.0.1", port });
    let counted = false;
    const up = pump(client, server, () => true);
    const down = pump(server, client, (bytes) => {
      const said = new TextDecoder("latin1").decode(bytes);
      counted ||= said.includes(COUNTED);
      if (!isArmed || !counted || !said.includes(COMMITTED)) return true;
      isArmed = false;
      lost++;
      return false;
    });
    await Promise.race([up, down]);
    for (const end of [client, server]) closed(end);
  };
  (async () => {
    for await (const client of listener) void connect(client);
  })().catch(() => {});
  return {
    port: listener.addr.port,
    loseNext: () => void (isArmed = true),
    get lost() {
      return lost;
    },
    close: () => listener.close(),
  };
}

/** Until one end closes, or a part is not let through. */
async function pump(from: Deno.Conn, to: Deno.Conn, passes: (bytes: Uint8Array) => boolean): Promise<void> {
  const buffer = new Uint8Array(65_536);
  try {
    for (let read = await from.read(buffer); read !== null; read = await from.read(buffer)) {
      const bytes = buffer.subarray(0, read);
      if (!passes(bytes)) return;
      for (let sent = 0; sent < bytes.length;) sent += await to.write(bytes.subarray(sent));
    }
  } catch {
    // one end is gone
  }
}

function closed(end: Deno.Conn): void {
  try {
    end.close();
  } catch {
    // it was closed already
  }
}
