/** A page's connection to a recording: it says once what a session would, and answers inputs from what was computed. */
import type { Event } from "../../lib/notebook/wire.ts";
import { withLender } from "../../lib/report/lent_packages.ts";
import type { Recording } from "../../lib/report/recording.ts";
import type { Connection, ConnectionHooks } from "./connection.ts";
import type { ReportStates } from "./report_states.ts";

/**
 * @param moved called when the reader has moved an input and all that follows from it was said
 */
export function recordedConnection(
  recording: Recording,
  states: ReportStates,
  hooks: ConnectionHooks,
  moved: () => void,
): Connection {
  let id = 0;
  let queue = Promise.resolve();
  const tell = (events: readonly Event[]) => hooks.message({ t: "batch", id: ++id, events: [...events] });

  async function begin(): Promise<void> {
    const { notebook, code, vendor, inputs, events } = recording;
    await hooks.message({ t: "hello", epoch: "report", role: "viewer", inputs: { ...inputs } });
    await hooks.message({
      t: "cells",
      notebook,
      code: moduleAddress(code),
      vendor: moduleAddress(withLender(vendor, import.meta.url)),
    });
    hooks.state("connected");
    await tell(events.filter(({ t }) => t !== "problems" && t !== "kernel"));
  }

  queue = begin();
  return {
    send(message) {
      if (message.t !== "set") return false;
      queue = queue.then(async () => {
        const events = states.set(message.name, message.value);
        if (events.length === 0) return;
        await tell(events);
        moved();
      });
      return true;
    },
  };
}

/** A module that lives in the page: a report has nowhere to load one from. */
function moduleAddress(text: string): string {
  return URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
}
