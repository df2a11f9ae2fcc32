/** What fleets use of graphile-worker, whose own types bring those of another runtime. */
export interface Settings {
  readonly connectionString: string;
  readonly concurrency?: number;
  readonly maxPoolSize?: number;
  /** milliseconds */
  readonly pollInterval?: number;
  readonly noHandleSignals?: boolean;
  readonly logger?: Logger;
  readonly taskList?: Readonly<Record<string, (payload: unknown) => Promise<void>>>;
}
export interface Runner {
  /** once what it does has ended */
  stop(): Promise<void>;
  readonly promise: Promise<void>;
}
export declare class Logger {
  constructor(factory: (scope: unknown) => (level: string, message: string) => void);
}
export declare function run(settings: Settings): Promise<Runner>;
export declare function runMigrations(settings: Settings): Promise<void>;
