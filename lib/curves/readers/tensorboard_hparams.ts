/** The settings that TensorBoard's hparams plugin writes beside a run. */
import { textOf } from "./tensorboard_tags.ts";
import { BYTES, FIXED64, key, VARINT, WireFields } from "./wire_format.ts";

const SESSION_START = key(3, BYTES), HPARAMS = key(1, BYTES);
const NAME = key(1, BYTES), VALUE = key(2, BYTES);
const NUMBER = key(2, FIXED64), TEXT = key(3, BYTES), BOOLEAN = key(4, VARINT);

/**
 * The settings in the plugin's content (HParamsPluginData): numbers, texts and booleans by name. Other content of the
 * plugin has none. Source: TensorBoard, plugins/hparams/plugin_data.proto.
 */
export function tensorboardHparams(
  bytes: Uint8Array,
  from: number,
  to: number,
): [string, number | string | boolean][] {
  const settings: [string, number | string | boolean][] = [];
  const plugin = new WireFields().begin(bytes, from, to);
  while (plugin.next()) {
    if (plugin.key !== SESSION_START) continue;
    const session = new WireFields().begin(bytes, plugin.from, plugin.to);
    while (session.next()) {
      if (session.key !== HPARAMS) continue;
      const setting = settingOf(bytes, session.from, session.to);
      if (setting) settings.push(setting);
    }
  }
  return settings;
}

function settingOf(bytes: Uint8Array, from: number, to: number): [string, number | string | boolean] | null {
  let name: string | null = null, value: number | string | boolean | null = null;
  const entry = new WireFields().begin(bytes, from, to), inner = new WireFields();
  while (entry.next()) {
    if (entry.key === NAME) name = textOf(bytes, entry.from, entry.to);
    else if (entry.key === VALUE) {
      inner.begin(bytes, entry.from, entry.to);
      while (inner.next()) {
        if (inner.key === NUMBER) value = inner.float64();
        else if (inner.key === TEXT) value = textOf(bytes, inner.from, inner.to);
        else if (inner.key === BOOLEAN) value = inner.number !== 0;
      }
    }
  }
  return name === null || value === null ? null : [name, value];
}
