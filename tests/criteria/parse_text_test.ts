import assert from "node:assert/strict";
import fc from "fast-check";
import { all } from "../../lib/criteria/all.ts";
import { after } from "../../lib/criteria/after.ts";
import { any } from "../../lib/criteria/any.ts";
import { asCriterion } from "../../lib/criteria/as_criterion.ts";
import { atLeast } from "../../lib/criteria/at_least.ts";
import { best } from "../../lib/criteria/best.ts";
import { keras } from "../../lib/criteria/compat/keras.ts";
import { lightning } from "../../lib/criteria/compat/lightning.ts";
import type { Criterion } from "../../lib/criteria/criterion.ts";
import { last } from "../../lib/criteria/last.ts";
import { maxSeconds } from "../../lib/criteria/max_seconds.ts";
import { maxSteps } from "../../lib/criteria/max_steps.ts";
import { metricNamed } from "../../lib/criteria/metric.ts";
import { nonFinite } from "../../lib/criteria/non_finite.ts";
import { parseCriterion, parseSelection } from "../../lib/criteria/parse_text.ts";
import { plateau } from "../../lib/criteria/plateau.ts";
import { restoredBy } from "../../lib/criteria/restored_by.ts";
import { criterionKinds, textOf } from "../../lib/criteria/rules.ts";
import { asSelection, selectionText } from "../../lib/criteria/select.ts";
import type { Selection } from "../../lib/criteria/selection.ts";
import { standardErrors } from "../../lib/criteria/standard_errors.ts";
import { target } from "../../lib/criteria/target.ts";
import { TextError, tokens } from "../../lib/criteria/tokens.ts";
import { windowMean } from "../../lib/criteria/window_mean.ts";
import { epochs, evaluations, seconds } from "../../lib/durations.ts";
import { selections, writtenCriteria } from "./arbitraries.ts";

const loss = { metric: "validation.loss", mode: "min" } as const;
const early = plateau({ ...loss, patience: evaluations(8) });
const crossed = <T>(value: T): T => JSON.parse(JSON.stringify(value));

Deno.test("every criterion reads back from its text and from JSON as it was", () => {
  const kinds = new Set<string>();
  const note = (criterion: Criterion): void => {
    kinds.add(criterion.kind);
    if ("criteria" in criterion) criterion.criteria.forEach(note);
  };
  fc.assert(
    fc.property(writtenCriteria, (criterion) => {
      note(criterion);
      assert.deepEqual(parseCriterion(textOf(criterion)), criterion);
      assert.deepEqual(asCriterion(crossed(criterion)), criterion);
    }),
    { numRuns: 4_000 },
  );
  assert.deepEqual([...kinds].sort(), [...criterionKinds].sort(), "not every kind was tried");
});

Deno.test("every selection reads back from its text and from JSON as it was", () => {
  fc.assert(fc.property(selections, (selection) => {
    assert.deepEqual(parseSelection(selectionText(selection)), selection);
    assert.deepEqual(asSelection(crossed(selection)), selection);
  }));
});

Deno.test("each kind has its canonical text", () => {
  const cases: [Criterion, string][] = [
    [
      any(maxSteps(2_000), early),
      "any(maxSteps(2000), plateau(validation.loss, min, patience: evaluations(8)))",
    ],
    [
      plateau({
        ...loss,
        patience: evaluations(8),
        minDelta: standardErrors(1),
        startAfter: epochs(2),
        cooldown: evaluations(3),
      }),
      "plateau(validation.loss, min, patience: evaluations(8), minDelta: standardErrors(1), startAfter: epochs(2), cooldown: evaluations(3))",
    ],
    [after(seconds(60), atLeast(1, nonFinite())), "after(seconds(60), atLeast(1, nonFinite()))"],
    [nonFinite({ after: 3, metric: "validation.loss" }), "nonFinite(after: 3, metric: validation.loss)"],
    [target({ ...loss, metric: "a b", value: -0 }), 'target("a b", min, value: 0)'],
    [
      lightning({ ...loss, checkFinite: false, stoppingThreshold: 1e-7 }),
      "lightning(validation.loss, min, checkFinite: false, stoppingThreshold: 1e-7)",
    ],
  ];
  for (const [criterion, text] of cases) assert.equal(textOf(criterion), text);
  const kept: [Selection, string][] = [
    [
      windowMean({ ...loss, window: evaluations(5) }),
      "windowMean(validation.loss, min, window: evaluations(5))",
    ],
    [restoredBy(keras({ ...loss, patience: 2 })), "restoredBy(keras(validation.loss, min, patience: 2))"],
  ];
  for (const [selection, text] of kept) assert.equal(selectionText(selection), text);
});

Deno.test("texts that people write mean the same", () => {
  const cases: [string, Criterion][] = [
    [
      'any(maxSteps(2_000), plateau("validation.loss", min, patience: evaluations(8)))',
      any(maxSteps(2_000), early),
    ],
    ["plateau(mode: min, patience: evaluations(8), metric: val_loss)", early],
    [' plateau(\n\t"eval_loss" ,"min",\r\n patience:evaluations( 8 , ) , )\n', early],
    ["maxSteps(steps(1e3))", maxSteps(1_000)],
    ["maxSteps(for: 5)", maxSteps({ for: 5 })],
    ["maxSeconds(.5)", maxSeconds(0.5)],
    ["maxSeconds(60, of: training)", maxSeconds(60, { of: "training" })],
    ["all( maxSteps( 1 ) )", all(maxSteps(1))],
    ["target(loss, max, value: -1.5e+3)", target({ metric: "loss", mode: "max", value: -1_500 })],
    ['target("true", max, value: -0)', target({ metric: "true", mode: "max", value: 0 })],
  ];
  for (const [text, criterion] of cases) assert.deepEqual(parseCriterion(text), criterion, text);
  assert.deepEqual(parseSelection("best(val_accuracy, max)"), best("validation.accuracy", "max"));
  assert.deepEqual(parseSelection("last()"), last());
});

Deno.test("names that other tools give to validation metrics reach ours, in text and JSON; others stay raw", () => {
  for (
    const name of ["val_loss", "eval_loss", "loss/val", "validation_loss", "val/loss", "validation.loss"]
  ) {
    assert.equal(metricNamed(name), "validation.loss", name);
    assert.deepEqual(asCriterion({ ...early, metric: name }), early);
    assert.deepEqual(
      asSelection({ kind: "best", metric: name, mode: "min" }),
      best("validation.loss", "min"),
    );
    assert.deepEqual(
      parseSelection(`restoredBy(keras(${name}, min))`),
      restoredBy(keras({ metric: "validation.loss", mode: "min" })),
    );
  }
  for (const name of ["val_acc", "eval_accuracy", "accuracy/val"]) {
    assert.equal(metricNamed(name), "validation.accuracy", name);
  }
  for (const name of ["loss", "accuracy", "train_loss", "val_auc", "test_loss", "constructor"]) {
    assert.equal(metricNamed(name), name);
  }
});

Deno.test("a fault in a text is one line, with line and column", () => {
  const kinds = criterionKinds.join(", ");
  const cases: [string, string][] = [
    ["any(platoo(5))", `unknown criterion: platoo (has ${kinds}) (1:5)`],
    ["maxSteps(5) maxSteps(6)", 'unexpected "maxSteps" (the end expected) (1:13)'],
    ["maxSteps(0)", "invalid maxSteps: steps(0) (a whole number, at least 1) (1:1)"],
    ["any(\n  maxSteps(5),\n  maxEpochs(-1))", "invalid maxEpochs: epochs(-1) (a number above 0) (3:3)"],
    ["", "unexpected end of text (a criterion expected) (1:1)"],
    ["maxSteps(5", 'unexpected end of text ("," expected) (1:11)'],
    ["maxSteps 5", 'unexpected "5" ("(" expected) (1:10)'],
    ["maxSteps(,)", 'unexpected "," (a value expected) (1:10)'],
    ["maxSteps(5, 6)", "too many values for maxSteps (takes steps, for: …) (1:13)"],
    ["maxSteps(5, for: 6)", 'invalid maxSteps: {"steps":5,"for":6} (either steps or for) (1:1)'],
    ["maxSteps(5, steps: 6)", "steps given twice (1:13)"],
    ["maxSteps(step: 6)", "unknown option of maxSteps: step (has steps, for) (1:10)"],
    ["plateau(mode: min, m)", "a value by place after one by name (1:20)"],
    [
      "plateau(m, min, patience: 5)",
      "invalid patience: 5 is a bare number; write evaluations(5), epochs(5) or steps(5) (1:1)",
    ],
    ["plateau(m, low, patience: epochs(5))", 'invalid mode: "low" (min or max) (1:1)'],
    ["plateau(m, min, patience: epochs(five))", "invalid epochs: one number (as epochs(5)) (1:27)"],
    ["plateau(m, min, patience: epochs(0))", "invalid epochs: epochs(0) (a number above 0) (1:27)"],
    [
      "plateau(test.loss, min, patience: epochs(1))",
      "test.loss is reported, never obeyed: name a validation metric (1:1)",
    ],
    ["maxSteps(5) // end", 'unexpected "/" (1:13)'],
    ["maxSteps(1.2.3)", 'unexpected "1" (1:10)'],
    ["maxSteps(1e999)", "invalid number: 1e999 (1:10)"],
    ['target("a\n", min, value: 1)', 'unexpected "\\"" (1:8)'],
    ['target("\\x", min, value: 1)', 'invalid quoted name: "\\x" (1:8)'],
    ["any(constructor(5))", `unknown criterion: constructor (has ${kinds}) (1:5)`],
    ["maxSteps(__proto__: 5)", "unknown option of maxSteps: __proto__ (has steps, for) (1:10)"],
    ["not(maxSteps(5), maxSteps(6))", "invalid not: 2 criteria (exactly 1) (1:1)"],
    ["any(5)", `invalid criterion: 5 (kind ${kinds}) (1:1)`],
    ["not(".repeat(40) + "maxSteps(1)" + ")".repeat(40), "nested deeper than 32 (1:129)"],
    ["any(steps(".repeat(40), "nested deeper than 32 (1:161)"],
    [" ".repeat(10_001), "text of 10001 characters (at most 10000) (1:1)"],
  ];
  for (const [text, message] of cases) {
    assert.throws(() => parseCriterion(text), (error) => {
      assert.ok(error instanceof TextError, `${text}: ${error}`);
      assert.equal(error.message, message);
      return true;
    });
  }
  assert.throws(() => parseSelection("first()"), {
    message: "unknown selection: first (has best, last, windowMean, restoredBy) (1:1)",
    line: 1,
    column: 1,
  });
});

Deno.test("whatever a text is, it is read or refused with a place in it", () => {
  const pieces = fc.constantFrom(
    "any",
    "(",
    ")",
    ",",
    ":",
    "plateau",
    "min",
    "5",
    "-",
    '"',
    "steps",
    "\n",
    "é",
    "/",
    ";",
  );
  fc.assert(fc.property(fc.oneof(fc.string(), fc.array(pieces).map((all) => all.join(""))), (text) => {
    try {
      parseCriterion(text);
    } catch (error) {
      assert.ok(error instanceof TextError, String(error));
      const lines = text.split("\n");
      assert.ok(error.line >= 1 && error.line <= lines.length, error.message);
      assert.ok(error.column >= 1 && error.column <= lines[error.line - 1].length + 1, error.message);
    }
  }));
  assert.deepEqual(tokens("a.b-c/d 1_0").map(({ type, text }) => [type, text]), [
    ["name", "a.b-c/d"],
    ["number", "1_0"],
    ["end", ""],
  ]);
});
