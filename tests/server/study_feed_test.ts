import assert from "node:assert/strict";
import { createStudyReader } from "../../server/study_reader.ts";
import { createStudyFeed, type StudyMessage, studyMessage } from "../../server/study_feed.ts";
import { inStore } from "./runs_fixture.ts";
import { addStudy } from "./studies_fixture.ts";

Deno.test("a study is read again only when it changed, and its trials only then", () =>
  inStore(async (store) => {
    let reads = 0, now = 0;
    const studies = Object.assign(Object.create(store.studies), {
      trials: (name: string) => (reads++, store.studies.trials(name)),
    });
    const counted = Object.assign(Object.create(store), { studies, version: () => store.version() });
    await addStudy(store, { name: "a", trials: 4, trained: 1 });
    await addStudy(store, { name: "b", trials: 4, trained: 0 });
    const reader = createStudyReader(counted, () => now);
    const first = await reader.all();
    assert.deepEqual(first.studies.map(({ head }) => head.name), ["b", "a"]);
    assert.equal(await reader.all(), first);
    assert.equal(reads, 2);
    const claim = (await store.studies.claim("a"))!;
    const second = await reader.all();
    assert.notEqual(second, first);
    assert.equal(second.studies[0], first.studies[0], "b is as it was");
    assert.deepEqual([second.studies[1].head.counts.running, reads], [1, 3]);
    now += 10_000;
    assert.equal(await reader.study("a"), second.studies[1], "looked at again, as its worker may be gone");
    assert.equal(reads, 4);
    await store.studies.release(claim);
    assert.equal(await reader.study("nobody"), null);
  }));

Deno.test("a study that was removed and added again is told whole, and no reader repeats a version", () =>
  inStore(async (store) => {
    let now = 1_000;
    const reader = createStudyReader(store, () => now);
    await addStudy(store, { name: "a", trials: 3, trained: 0 });
    const first = (await reader.study("a"))!;
    assert.equal(studyMessage(first, first).trials.length, 0);
    await store.studies.remove("a");
    await new Promise((resolve) => setTimeout(resolve, 2)); // its clock counts milliseconds
    await addStudy(store, { name: "a", trials: 4, trained: 0 });
    const second = (await reader.study("a"))!, told = studyMessage(first, second);
    assert.deepEqual([told.t, told.trials.length, told.version > first.version], ["all", 4, true]);
    assert.equal(studyMessage(second, null).study, null);
    now += 60_000;
    assert.ok((await createStudyReader(store, () => now).study("a"))!.version > second.version);
  }));

Deno.test("a page is told the trials that changed, and everything when it comes back too late", () =>
  inStore(async (store) => {
    await addStudy(store, { name: "a", trials: 50, trained: 10 });
    const reader = createStudyReader(store), feed = createStudyFeed(() => Promise.resolve(reader), "a", 10);
    const server = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen: () => {} },
      (request) => feed.join(request),
    );
    const { version } = (await reader.study("a"))!;
    const listen = (version: number) => {
      const socket = new WebSocket(`ws://127.0.0.1:${server.addr.port}/?version=${version}`);
      const come = Promise.withResolvers<StudyMessage>();
      socket.onmessage = ({ data }) => come.resolve(JSON.parse(data));
      return { socket, opened: new Promise((resolve) => socket.onopen = resolve), come: come.promise };
    };
    const late = listen(version + 7), fresh = listen(version);
    await Promise.all([late.opened, fresh.opened]);
    const all = await late.come;
    assert.deepEqual([all.t, all.trials.length, all.study!.name], ["all", 50, "a"]);
    const claim = (await store.studies.claim("a", 30))!;
    await store.studies.tell(claim, { step: 25, best: { value: 0.01, step: 20 } });
    const changed = await fresh.come;
    assert.deepEqual([changed.t, changed.trials.map(({ number }) => number)], ["changed", [30]]);
    assert.deepEqual(changed.study!.best?.number ?? changed.trials[0].number, 30);
    for (const { socket } of [late, fresh]) {
      const closed = new Promise((resolve) => socket.onclose = resolve);
      socket.close();
      await closed;
    }
    feed.close();
    await server.shutdown();
    await store.studies.release(claim);
  }));
