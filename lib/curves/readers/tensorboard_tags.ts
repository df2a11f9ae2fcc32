/** The tags of an event file, by their bytes: decoding each name anew would take longer than all the rest. */

/** What is known of a tag. */
export interface EventTag {
  readonly name: string;
  /** the plugin that its first value names; later ones leave it out */
  plugin: string | null;
}

interface KnownTag extends EventTag {
  readonly bytes: Uint8Array;
  /** what came after it the last time, and so most likely comes again */
  next: KnownTag | null;
}

// Not the default: a name that begins with a byte order mark keeps it.
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** UTF-8 as text; what is no UTF-8 becomes U+FFFD. */
export function textOf(bytes: Uint8Array, from: number, to: number): string {
  return decoder.decode(bytes.subarray(from, to));
}

export class TensorboardTags {
  readonly #byName = new Map<string, KnownTag>();
  #last: KnownTag | null = null;

  find(bytes: Uint8Array, from: number, to: number): EventTag {
    const guess = this.#last?.next ?? this.#last;
    const tag = guess && isSame(guess.bytes, bytes, from, to) ? guess : this.#lookUp(bytes, from, to);
    if (this.#last) this.#last.next = tag;
    return this.#last = tag;
  }

  #lookUp(bytes: Uint8Array, from: number, to: number): KnownTag {
    const name = textOf(bytes, from, to);
    let tag = this.#byName.get(name);
    if (!tag) {
      tag = { name, plugin: null, bytes: bytes.slice(from, to), next: null };
      this.#byName.set(name, tag);
    }
    return tag;
  }
}

function isSame(known: Uint8Array, bytes: Uint8Array, from: number, to: number): boolean {
  if (known.length !== to - from) return false;
  for (let i = 0; i < known.length; i++) if (known[i] !== bytes[from + i]) return false;
  return true;
}
