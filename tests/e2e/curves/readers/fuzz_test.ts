import { fuzzedDatabasesTest, fuzzedFilesTest, fuzzedFoldersTest } from "../../../curves/readers/fuzzed.ts";

const upTo = (numRuns: number) => ({ numRuns, seed: 6 });
fuzzedFilesTest(10_000, upTo);
fuzzedFoldersTest(10_000, upTo);
fuzzedDatabasesTest(1_000, upTo);
