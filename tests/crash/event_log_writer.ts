/**
 * One life of a session's pages: what the log holds is said, then events are recorded, and each that is recorded is
 * said. Arguments: path of the log, bytes after which it is rewritten, how many events; `later`: the last of them comes
 * a minute later.
 */
import { setImmediate } from "node:timers";
import { decode, encode } from "../../lib/notebook/codec.ts";
import { SessionClients } from "../../lib/notebook/session_clients.ts";
import { TailSender } from "../../lib/notebook/tails.ts";
import type { Event, ToPage } from "../../lib/notebook/wire.ts";

// so that who traces the calls on the log knows the name of what takes its place
crypto.randomUUID = () => "00000000-0000-4000-8000-000000000000";

const [path, growth, count, later] = Deno.args;
const say = (line: string) => Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));

/** What a page that opens now is told. */
function told(clients: SessionClients): readonly Event[] {
  const events: Event[] = [];
  clients.attach({
    role: "owner",
    buffered: () => 0,
    send: (frame) => {
      const message = decode(frame) as ToPage;
      if (message.t === "batch") events.push(...message.events);
    },
  }, [])();
  return events;
}

const clients = new SessionClients(path, Number(growth));
const { loss = new Float64Array() } = clients.value("run") as { loss?: Float64Array } ?? {};
const lines = told(clients).flatMap((event) => event.t === "log" ? [event.text] : []);
say(JSON.stringify({ length: loss.length, last: loss.at(-1) ?? 0, lines }));
const sender = new TailSender(), curve = [...loss];
for (let i = 0; i < Number(count); i++) {
  if (later && i === Number(count) - 1) Date.now = () => performance.timeOrigin + performance.now() + 60_000;
  curve.push(curve.length + 1);
  const value = encode(sender.pack({ loss: Float64Array.from(curve) }));
  clients.emit({ t: "value", name: "run", cell: "a", value });
  await new Promise((next) => setImmediate(next)); // events of one turn are recorded at its end
  say(String(curve.length));
}
say(JSON.stringify(told(clients).flatMap((event) => event.t === "log" ? [event.text] : [])));
clients.close();
