/** The public surface: what a notebook imports from "plateau". */
export { train } from "./training/train.ts";
export { trainAll } from "./training/train_all.ts";
export { fork } from "./training/fork.ts";
export { compare, compareAll } from "./training/compare.ts";
export { assertSplitAnywhere } from "./training/assert_split_anywhere.ts";
export { plan, planText } from "./training/plan.ts";
export { predict } from "./training/predict.ts";
export { confusion } from "./training/confusion.ts";
export { replay } from "./policies/replay.ts";
export { summarise } from "./policies/summary.ts";

export { display, live, md, signal, view } from "./notebook/authoring.ts";

export { clocked } from "./clocked.ts";
export { epochs, evaluations, examples, seconds, steps } from "./durations.ts";

export * as charts from "./charts/mod.ts";
export * as criteria from "./criteria/mod.ts";
export * as curves from "./curves/mod.ts";
export * as datasets from "./data/mod.ts";
export * as inputs from "./notebook/inputs_mod.ts";
export * as models from "./models/mod.ts";
export * as optimizers from "./optimizers/mod.ts";
export * as policies from "./policies/mod.ts";
export * as schedules from "./schedules/mod.ts";
export * as spaces from "./studies/spaces_mod.ts";
export * as studies from "./studies/mod.ts";

export type { Chart, Table } from "./charts/chart.ts";
export type { LoggedRun } from "./curves/logged.ts";
export type { Criterion, Observation, Verdict } from "./criteria/criterion.ts";
export type { Selection } from "./criteria/selection.ts";
export type { EvaluationRow, Trajectory } from "./curves/trajectory.ts";
export type { Dataset, Split } from "./data/dataset.ts";
export type { BatchPlan } from "./batch_plan.ts";
export type { Duration, Position } from "./durations.ts";
export type { Judgement, Policy } from "./policies/policy.ts";
export type { Schedule } from "./schedules/schedule.ts";
export type { Parameters } from "./studies/space.ts";
export type { Study } from "./studies/study.ts";
export type { StudyRecord } from "./studies/study_record.ts";
export type { ComparedPolicy, Comparison } from "./training/compare.ts";
export type { Outcome, TrainingEvent } from "./training/event.ts";
export type { Plan } from "./training/plan.ts";
export type { Spec } from "./training/spec.ts";
export type { Training } from "./training/train.ts";
