/** What the store uses of pg, whose own types bring those of another runtime. */
export interface Result {
  readonly rows: readonly Record<string, unknown>[];
}
export interface Asked {
  readonly text: string;
  readonly values?: readonly unknown[];
  /** prepared once a connection under this name */
  readonly name?: string;
}
export interface Settings {
  readonly connectionString: string;
  readonly application_name: string;
  /** settings of the session, as `-c name=value` */
  readonly options: string;
  readonly keepAlive: boolean;
  /** milliseconds */
  readonly connectionTimeoutMillis: number;
  readonly query_timeout: number;
  /** sends a query before the one ahead of it has been answered */
  readonly pipeline: boolean;
  readonly types: { getTypeParser(type: number, format?: string): (text: string) => unknown };
}
export declare class Client {
  constructor(settings: Settings);
  connect(): Promise<void>;
  query(asked: string | Asked): Promise<Result>;
  on(event: "error", heard: (error: Error) => void): void;
  end(): Promise<void>;
  readonly connection: { readonly stream: { destroy(): void } };
}
declare const pg: {
  readonly Client: typeof Client;
  readonly types: { getTypeParser(type: number, format?: string): (text: string) => unknown };
};
export default pg;
