import assert from "node:assert/strict";
import { openStore } from "../../lib/store/open_store.ts";
import { isAway, isBusy, isPassing, postgresFault } from "../../lib/store/postgres_fault.ts";

Deno.test("an address that is none is refused without a word of its password", async () => {
  const addresses = [
    ...["postgres://ada:SE#CRET@h/d", "postgres://ada:SE/CRET@h/d", "postgres://ada:SE?CRET@h/d"],
    ...[
      "postgres://ada:SECRET@h:port/d",
      "postgres://ada:SECRET@[::1/d",
      "postgres://ada:SECRET@/d?host=/tmp",
    ],
  ];
  for (const address of addresses) {
    await assert.rejects(openStore(address), {
      name: "StoreRefused",
      message:
        "store refused: postgres://… (no address: in a user or a password / is written %2F, # is %23, " +
        "? is %3F, @ is %40): check its address, user and password",
    });
  }
});

const coded = (code: string) => Object.assign(new Error("as it says"), { code });

Deno.test("what a database refuses is told by what it means, and tried again where that may help", () => {
  const cases = [
    ["57014", "StorageFault", "EBUSY", "again"], // statement timeout
    ["55P03", "StorageFault", "EBUSY", "again"], // lock timeout
    ["57P05", "StorageFault", "57P05", "again"], // an idle session was ended
    ["ENOTFOUND", "StorageFault", "ENOTFOUND", "again"],
    ["53100", "StorageFault", "ENOSPC", "not"],
    ["53200", "StorageFault", "ENOMEM", "not"],
    ["25006", "StorageFault", "EROFS", "not"], // a standby
    ["28P01", "StoreRefused", undefined, "not"],
    ["42P01", "DamagedStore", undefined, "not"], // a table was dropped
    ["42P07", "DamagedStore", undefined, "not"], // another program's tables
    ["XX001", "DamagedStore", undefined, "not"], // a damaged page
    ["23505", "Error", "23505", "not"],
  ] as const;
  for (const [code, name, told, again] of cases) {
    const fault = postgresFault("postgres://h/d", coded(code)) as Error & { code?: string };
    assert.deepEqual([code, fault.name, fault.code], [code, name, told]);
    assert.equal(isPassing(coded(code)), name === "StorageFault", code);
    assert.equal(isAway(coded(code)) || isBusy(coded(code)), again === "again", code);
  }
});

Deno.test("a password that is asked for and not given is told as what it is", () => {
  const error = new Error("SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string");
  const { name, message } = postgresFault("postgres://ada@db/lab", error);
  assert.equal(name, "StoreRefused");
  assert.match(message, /^store refused: .*db\/lab \(it asks for a password, and none is given\): check/);
});
