/** The namespace `policies` of a notebook: policies as text and as JSON, and what they would have done with many runs. */
export { bootstrap } from "./bootstrap.ts";
export { chooseOnHalf, oneStandardError, outcomesOf } from "./choice.ts";
export { defaultPolicies as defaults } from "./default_policies.ts";
export { frontier } from "./frontier.ts";
export { headToHead } from "./head_to_head.ts";
export { asPolicy, parsePolicy, policyText } from "./policy_text.ts";
export { replayMany } from "./replay.ts";
export { reportOn as report } from "./report.ts";
