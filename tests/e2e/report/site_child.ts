/** Makes a site of a project's notebooks as `plateau site` does, in a process that a test can interrupt. */
import { createAssets } from "../../../server/assets.ts";
import { siteCommand } from "../../../server/report/site_command.ts";

const [project, output] = Deno.args;
Deno.exit(
  await siteCommand({
    paths: [`${project}/notebooks`],
    projectOf: () => Promise.resolve(project),
    assets: createAssets(`${project}/.plateau/assets.json`),
    engine: "cpu",
    output,
    terminal: false,
  }),
);
