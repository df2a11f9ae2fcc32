import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { serverEnvironment, serverPermissions } from "../../server/launch.ts";
import { signalTest } from "./spinning.ts";

signalTest("SIGTERM", 143);

Deno.test("of an environment only what is named is kept", () => {
  const given = { HOME: "/h", LIBTENSORFLOW_PATH: "/l", TF_XLA_FLAGS: "--x", MALLOC_ARENA_MAX: "1" };
  assert.deepEqual(serverEnvironment({ ...given, AWS_SECRET: "s" }), given);
});

Deno.test("a database's password comes along from where PostgreSQL's own programs find it, for a database alone", () => {
  const password = { PGPASSWORD: "p", PGPASSFILE: "/f" }, given = { HOME: "/h", ...password };
  assert.deepEqual(serverEnvironment({ ...given, PGHOST: "x" }, "postgres://db/plateau"), given);
  assert.deepEqual(serverEnvironment(given, "/s/runs.sqlite"), { HOME: "/h" });
  const read = (variables: Record<string, string>, store?: string) =>
    serverPermissions("/p", store, (name) => variables[name]).find((right) =>
      right.startsWith("--allow-read")
    )!;
  assert.ok(read(given, "postgres://db/plateau").endsWith(",/f"));
  assert.ok(read({ HOME: "/h" }, "postgres://db/plateau").endsWith(",/h/.pgpass"));
  assert.ok(!read(given, "/s/runs.sqlite").includes("/f"));
});

Deno.test("the server's rights are its address, the project, its own folder and two programs", () => {
  const rights = serverPermissions("/p");
  const own = fileURLToPath(new URL("../../", import.meta.url)).replace(/\/$/, "");
  assert.ok(rights.includes(`--allow-read=/p,${own}`) && rights.includes("--allow-write=/p/.plateau"));
  assert.ok(serverPermissions(own).includes(`--allow-read=${own}`));
  const beside = serverPermissions("/p", "/s/runs.sqlite");
  assert.ok(beside.includes(`--allow-read=/p,${own},/s`) && beside.includes("--allow-write=/p/.plateau,/s"));
  const hosts = [
    ["postgres://me:secret@db.example/plateau", "127.0.0.1,db.example:5432"],
    ["postgres://db.example:6432/plateau", "127.0.0.1,db.example:6432"],
    ["postgres:///plateau", "127.0.0.1,localhost:5432"],
  ];
  for (const [store, net] of hosts) {
    assert.ok(serverPermissions("/p", store).includes(`--allow-net=${net}`), store);
  }
  const socket = serverPermissions("/p", "postgres:///plateau?host=/run/postgresql");
  assert.ok(socket.includes("--allow-net=127.0.0.1,unix:/run/postgresql/.s.PGSQL.5432"));
  assert.ok(
    !rights.some((right) =>
      /^(-A|--allow-all|--allow-ffi|--allow-read|--allow-write|--allow-run|--allow-net)$/.test(right)
    ),
  );
});
