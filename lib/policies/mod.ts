/** The namespace `policies` of a notebook: a policy as text and as JSON, for files and the command line. */
export { asPolicy, parsePolicy, policyText } from "./policy_text.ts";
