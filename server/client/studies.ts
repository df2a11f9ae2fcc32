/** Entry of the script of the pages of studies and of the fleet. */
import type { FleetState } from "../fleet_state.ts";
import { address } from "./address.ts";
import { followAges } from "./ages.ts";
import { fleetScreen } from "./fleet_screen.ts";
import { follow } from "./follow.ts";
import { listenKeys } from "./keys.ts";
import { studiesScreen } from "./studies_screen.ts";
import { StudyScreen } from "./study_screen.ts";

const byId = <E extends HTMLElement>(id: string) => document.getElementById(id) as E;
const main = byId("main");

function say(why: string): void {
  byId("fault").textContent = why;
  byId("fault").hidden = why === "";
}

/** What all studies and workers are told of goes to the page that shows them. */
async function followFleet(show: (state: FleetState) => void): Promise<void> {
  const draw = (state: FleetState) => {
    show(state);
    document.documentElement.dataset.loaded = "true";
  };
  const answer = await fetch(address("/fleet/state")).catch(() => null);
  if (answer?.ok) draw(await answer.json());
  else say(answer === null ? "no connection to the server" : (await answer.text()).trim());
  follow<FleetState>("/fleet/live", { message: draw, connected: (yes) => byId("connection").hidden = yes });
}

switch (main.dataset.page) {
  case "studies":
    followFleet(studiesScreen(say));
    break;
  case "fleet":
    followFleet(fleetScreen());
    followAges();
    break;
  case "study": {
    const filter = byId<HTMLInputElement>("filter");
    listenKeys(
      [{ key: "/", does: "filter the trials", press: () => filter.select() }],
      byId<HTMLDialogElement>("keys"),
      byId("list-keys"),
    );
    new StudyScreen(main.dataset.name!).start();
  }
}
