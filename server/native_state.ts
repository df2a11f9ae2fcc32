/** What the pages show of the native engine. Plain data, as the server sends it. */
export type NativeState =
  /** nothing to show: it is in use, cannot be installed here, or was dismissed */
  | { readonly state: "none" }
  /** how much faster it is, and what there is to download */
  | { readonly state: "offered"; readonly times: number; readonly megabytes: number }
  | {
    readonly state: "installing";
    readonly doing: "starting" | "downloading" | "unpacking" | "measuring";
    readonly megabytes: number;
    /** 0 where nothing is counted */
    readonly of: number;
  }
  | { readonly state: "failed"; readonly why: string }
  | {
    readonly state: "installed";
    /** what new kernels train on, as `tensorflow 2.21.0 on CPU`, and why */
    readonly engine: string;
    readonly why: string;
    /** whether that is the native one: where it is measured slower, it is not */
    readonly taken: boolean;
  };
