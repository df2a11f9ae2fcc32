import assert from "node:assert/strict";
import { createApp } from "../../../server/app.ts";
import { createAssets } from "../../../server/assets.ts";
import { createKeys } from "../../../server/auth.ts";
import { createExports, type ExportState } from "../../../server/exports.ts";
import { hostsOf } from "../../../server/guard.ts";
import { notebookFiles } from "../../../server/notebook_files.ts";
import { exportReport } from "../../../server/report/export_report.ts";
import { reportRoutes } from "../../../server/routes/report_routes.ts";
import { readReport } from "../../../lib/report/read_report.ts";
import { projectWith, STUDY } from "../../server/report/project.ts";

const PORT = 8131;
const HERE = `127.0.0.1:${PORT}`;

function setUp(project: string) {
  const keys = createKeys(PORT), assets = createAssets();
  const exports = createExports((asked) => exportReport({ ...asked, project, engine: "cpu", assets }));
  const routes = reportRoutes({ files: notebookFiles(project), exports });
  const app = createApp({ keys, hosts: hostsOf(PORT), routes, report: (error) => assert.fail(error) });
  const cookie = `${keys.cookieName}=${keys.redeem(keys.invite())!.cookie}`;
  const ask = (method: string, path: string, body?: string, headers: Record<string, string> = {}) =>
    Promise.resolve(app.request(
      new Request(`http://${HERE}/notebooks/${path}`, {
        method,
        body,
        headers: {
          host: HERE,
          cookie,
          origin: `http://${HERE}`,
          "content-type": "application/json",
          ...headers,
        },
      }),
    ));
  const state = async (): Promise<ExportState> => await (await ask("GET", "study.ts/report")).json();
  return { exports, ask, state };
}

Deno.test({
  name: "a page asks for the report of its notebook, watches it, and takes it away",
  sanitizeOps: false,
  sanitizeResources: false, // the bundler's process goes on
  async fn(t) {
    const study = await projectWith(STUDY);
    const { exports, ask, state } = setUp(study.project);
    const wanted = `{"do":"export","values":{"shift":5}}`;
    try {
      await t.step("nobody else does, and nothing else is understood", async () => {
        const cases: [
          status: number,
          method: string,
          path: string,
          body?: string,
          headers?: Record<string, string>,
        ][] = [
          [401, "POST", "study.ts/report", wanted, { cookie: "" }],
          [401, "GET", "study.ts/report", undefined, { cookie: "" }],
          [401, "GET", "study.ts/report/file", undefined, { cookie: "" }],
          [403, "POST", "study.ts/report", wanted, { origin: "http://evil.example" }],
          [415, "POST", "study.ts/report", wanted, { "content-type": "text/plain" }],
          [413, "POST", "study.ts/report", `{"do":"export","values":{"a":"${"x".repeat(1_000_000)}"}}`],
          [400, "POST", "study.ts/report", "{"],
          [400, "POST", "study.ts/report", `{"do":"export","file":"/etc/passwd"}`],
          [404, "POST", "other.ts/report", wanted],
          [404, "GET", "other.ts/report"],
          [404, "GET", "other.ts/report/file"],
          [404, "GET", "study.ts/report/file"],
          [409, "POST", "study.ts/report", `{"do":"stop"}`],
          [405, "DELETE", "study.ts/report", wanted],
        ];
        for (const [status, method, path, body, headers] of cases) {
          const response = await ask(method, path, body, headers);
          assert.equal(
            response.status,
            status,
            `${method} ${path} ${body?.slice(0, 80)} ${JSON.stringify(headers)}`,
          );
          assert.equal((await response.text()).trim().split("\n").length, 1);
        }
        assert.deepEqual(await state(), { state: "none" });
      });
      await t.step("with its inputs as they stand", async () => {
        assert.equal((await ask("POST", "study.ts/report", wanted)).status, 202);
        assert.equal((await ask("POST", "study.ts/report", wanted)).status, 409);
        const seen = new Set<string>();
        let now = await state();
        for (; now.state === "running"; now = await state()) {
          seen.add(now.text);
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
        assert.equal(now.state, "ready", JSON.stringify(now));
        assert.ok(seen.size > 1, [...seen].join("; "));
        const file = await ask("GET", "study.ts/report/file");
        assert.equal(
          file.headers.get("content-disposition"),
          `attachment; filename="study.html"; filename*=UTF-8''study.html`,
        );
        const html = await file.text();
        assert.match(html, /The sum is <strong>16</);
        assert.match((await readReport(html)).manifest.command, / --set shift=5$/);
      });
      await t.step("what cannot be made says why", async () => {
        await ask("POST", "study.ts/report", `{"do":"export","values":{"shift":50}}`);
        let now = await state();
        for (; now.state === "running"; now = await state()) {
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
        assert.match(JSON.stringify(now), /^\{"state":"failed","why":"invalid value: 50/);
      });
      await t.step("what is being made can be stopped", async () => {
        await ask("POST", "study.ts/report", wanted);
        assert.equal((await ask("POST", "study.ts/report", `{"do":"stop"}`)).status, 200);
        let now = await state();
        for (; now.state === "running"; now = await state()) {
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
        assert.deepEqual(now, { state: "none" });
      });
    } finally {
      await exports.close();
      await study.end();
    }
  },
});
