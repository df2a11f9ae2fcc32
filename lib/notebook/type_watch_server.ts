/** Deno's language server as a child process that is asked for the type errors of files. */
import { pathToFileURL } from "node:url";
import { endChild } from "./end_child.ts";
import { kernelEnvironment } from "./process.ts";
import { framedRpc, type RpcMessage, rpcMessages } from "./type_watch_messages.ts";

/** A problem as the server says it. Lines and characters from 0, in UTF-16 units. */
export interface ServerDiagnostic {
  readonly range: { readonly start: { readonly line: number; readonly character: number } };
  /** 1: an error */
  readonly severity?: number;
  readonly code?: number | string;
  /** `deno-ts`: the compiler; `deno`: what resolves imports */
  readonly source?: string;
  readonly message: string;
}

export interface TypeServer {
  readonly pid: number;
  /** when the process is gone, however it went */
  readonly ended: Promise<void>;
  /** What is wrong with a file of this text. Rejects when the server ends or says nothing for 30 s. */
  diagnostics(file: string, text: string): Promise<readonly ServerDiagnostic[]>;
  /** says that files on the disk are not what they were */
  changed(files: readonly string[]): void;
  /** ends it at once */
  kill(): void;
}

/** What the server could do without being asked: look for updates, for packages, for registries. All is off. */
const SETTINGS = {
  enable: true,
  lint: false,
  cacheOnSave: false,
  documentPreloadLimit: 0,
  suggest: { imports: { autoDiscover: false, hosts: {} } },
};
const NOWHERE = "http://127.0.0.1:9";
/** A proxy that is not there: whatever a Deno with these variables would fetch, as a package, is refused on this machine. */
export const NO_NETWORK = { HTTP_PROXY: NOWHERE, HTTPS_PROXY: NOWHERE, DENO_NO_UPDATE_CHECK: "1" };
const SILENCE_MILLISECONDS = 30_000;

/**
 * Starts a language server. Needs permission to run Deno; the server writes nothing and reaches no network.
 *
 * @param root folder of the project
 * @param config deno.json to check by; default: those in the project
 */
export async function startTypeServer(root: string, config?: string): Promise<TypeServer> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["lsp", "--quiet"],
    cwd: root,
    clearEnv: true,
    env: { ...kernelEnvironment("wasm"), ...NO_NETWORK },
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const writer = child.stdin.getWriter();
  const answers = new Map<number | string, PromiseWithResolvers<unknown>>();
  const versions = new Map<string, number>();
  const settings = { ...SETTINGS, ...(config === undefined ? {} : { config: pathToFileURL(config).href }) };
  let asked = 0;

  const kill = () => endChild(child);
  const send = (message: RpcMessage) => void writer.write(framedRpc(message)).catch(() => {});
  const ask = (method: string, params: unknown): Promise<unknown> => {
    const id = ++asked, answer = Promise.withResolvers<unknown>();
    answers.set(id, answer);
    const timer = setTimeout(() => {
      answer.reject(new Error(`the language server was silent for ${SILENCE_MILLISECONDS / 1000} s`));
      kill();
    }, SILENCE_MILLISECONDS);
    send({ id, method, params });
    return answer.promise.finally(() => {
      clearTimeout(timer);
      answers.delete(id);
    });
  };
  const heard = ({ id, method, params, result, error }: RpcMessage) => {
    if (id === undefined) return; // a notice: what matters is asked for
    if (method !== undefined) return send({ id, result: answerTo(method, params, settings) });
    const answer = answers.get(id);
    if (error) answer?.reject(new Error(error.message));
    else answer?.resolve(result);
  };
  const reading = (async () => {
    for await (const message of rpcMessages(child.stdout)) heard(message);
  })().catch(kill);
  const ended = Promise.all([child.status, reading]).then(() => {
    writer.close().catch(() => {});
    for (const answer of answers.values()) answer.reject(new Error("the language server ended"));
  });

  const uri = pathToFileURL(root).href;
  await ask("initialize", {
    processId: Deno.pid,
    rootUri: uri,
    workspaceFolders: [{ uri, name: "project" }],
    capabilities: {
      workspace: { configuration: true, workspaceFolders: true },
      textDocument: { diagnostic: {} },
    },
    initializationOptions: settings,
  });
  send({ method: "initialized", params: {} });
  return {
    pid: child.pid,
    ended,
    kill,
    async diagnostics(file, text) {
      const uri = pathToFileURL(file).href, version = (versions.get(uri) ?? 0) + 1;
      versions.set(uri, version);
      if (version === 1) {
        const textDocument = { uri, version, languageId: "typescript", text };
        send({ method: "textDocument/didOpen", params: { textDocument } });
      } else {
        const params = { textDocument: { uri, version }, contentChanges: [{ text }] };
        send({ method: "textDocument/didChange", params });
      }
      const report = await ask("textDocument/diagnostic", { textDocument: { uri } });
      return (report as { items?: readonly ServerDiagnostic[] } | null)?.items ?? [];
    },
    changed(files) {
      if (files.length === 0) return;
      const changes = files.map((file) => ({ uri: pathToFileURL(file).href, type: CHANGED }));
      send({ method: "workspace/didChangeWatchedFiles", params: { changes } });
    },
  };
}

const CHANGED = 2;

/** What the server asks its client: the settings, a section at a time; anything else is answered with nothing. */
function answerTo(method: string, params: unknown, settings: unknown): unknown {
  if (method !== "workspace/configuration") return null;
  const { items } = params as { items: readonly { section?: string }[] };
  return items.map(({ section }) => section === "deno" ? settings : null);
}
