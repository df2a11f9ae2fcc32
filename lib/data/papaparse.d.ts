/** What `csv` uses of papaparse, which comes without types. */
interface Row {
  data: string[];
  errors: { code: string; message: string }[];
}
declare const Papa: {
  parse(
    text: string,
    options: {
      delimiter: string;
      skipEmptyLines: boolean;
      step: (row: Row, parser: { abort(): void }) => void;
    },
  ): void;
};
export default Papa;
