/** Entry of the runs page's script. */
import { listenKeys } from "./keys.ts";
import { RunsScreen } from "./runs_screen.ts";

const byId = (id: string) => document.getElementById(id)!;

const screen = new RunsScreen();
const filter = byId("filter") as HTMLInputElement;
listenKeys(
  [
    { key: "/", does: "filter the runs", press: () => filter.select() },
    { key: "a", does: "select all shown", press: () => screen.chooseShown() },
  ],
  byId("keys") as HTMLDialogElement,
  byId("list-keys"),
);
screen.start();
