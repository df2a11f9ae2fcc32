"""Makes golden.json: what scikit-learn computes of the same outputs and truths.

    pip install scikit-learn==1.9.1
    python make.py > golden.json
"""
import json
import platform
import sys
import warnings

import numpy as np
import scipy
import sklearn
from scipy.special import expit, log_softmax, softmax
from sklearn import metrics
from sklearn.preprocessing import label_binarize

SEED = 20
draw = np.random.default_rng(SEED)


def mean_and_error(terms):
    return float(np.mean(terms)), float(np.std(terms, ddof=1) / np.sqrt(len(terms)))


def counted(truth, decided, **options):
    return {
        "precision": metrics.precision_score(truth, decided, **options),
        "recall": metrics.recall_score(truth, decided, **options),
        "f1": metrics.f1_score(truth, decided, **options),
    }


def binary(outputs, truth):
    """Of one logit, or of two by softmax."""
    logits = outputs.astype(np.float64)
    if logits.shape[1] == 1:
        z = logits[:, 0]
        decided, score = (z > 0).astype(int), z
        losses = np.logaddexp(0, z) - truth * z
        probability = expit(z)
    else:
        decided, probability = logits.argmax(axis=1), softmax(logits, axis=1)[:, 1]
        score = probability
        losses = -log_softmax(logits, axis=1)[np.arange(len(truth)), truth]
    check_log_loss(losses, truth, np.stack([1 - probability, probability], axis=1), [0, 1])
    return means(losses, decided, truth) | counted(truth, decided) | {
        "rocAuc": metrics.roc_auc_score(truth, score),
        "prAuc": metrics.average_precision_score(truth, score),
    }


def several(outputs, truth):
    logits = outputs.astype(np.float64)
    classes = list(range(logits.shape[1]))
    decided, probabilities = logits.argmax(axis=1), softmax(logits, axis=1)
    losses = -log_softmax(logits, axis=1)[np.arange(len(truth)), truth]
    check_log_loss(losses, truth, probabilities, classes)
    found = means(losses, decided, truth)
    for average in ["macro", "micro"]:
        for name, value in counted(truth, decided, average=average).items():
            found[f"{name}.{average}"] = value
    for name in ["precision", "recall", "f1"]:
        found[name] = found[f"{name}.macro"]
        per_class = getattr(metrics, f"{name}_score")(truth, decided, labels=classes, average=None)
        found |= {f"{name}.class.{k}": per_class[k] for k in classes}
    is_class = label_binarize(truth, classes=classes)
    for name, area in [("rocAuc", metrics.roc_auc_score), ("prAuc", metrics.average_precision_score)]:
        found[f"{name}.macro"] = found[name] = area(is_class, probabilities, average="macro")
        found[f"{name}.micro"] = area(is_class, probabilities, average="micro")
        found |= {f"{name}.class.{k}": area(is_class[:, k], probabilities[:, k]) for k in classes}
    whole = metrics.roc_auc_score(truth, probabilities, multi_class="ovr", labels=classes)
    assert np.isnan(whole) and np.isnan(found["rocAuc"]) or abs(whole - found["rocAuc"]) < 1e-14
    return found


def means(losses, decided, truth):
    assert abs(np.mean(decided == truth) - metrics.accuracy_score(truth, decided)) < 1e-15
    return {"loss": mean_and_error(losses), "accuracy": mean_and_error((decided == truth).astype(float))}


def values(outputs, truth):
    predicted = outputs[:, 0].astype(np.float64)
    squared, absolute = mean_and_error((predicted - truth) ** 2), mean_and_error(np.abs(predicted - truth))
    assert np.isclose(squared[0], metrics.mean_squared_error(truth, predicted), rtol=1e-14)
    assert np.isclose(absolute[0], metrics.mean_absolute_error(truth, predicted), rtol=1e-14)
    return {"loss": squared, "mse": squared, "mae": absolute}


def check_log_loss(losses, truth, probabilities, labels):
    """scikit-learn clips probabilities: equal where none is clipped."""
    if probabilities.min() > 1e-12:
        assert np.isclose(np.mean(losses), metrics.log_loss(truth, probabilities, labels=labels), rtol=1e-12)


MEASURES = {"sigmoidCrossEntropy": binary, "softmaxCrossEntropy": several, "meanSquaredError": values}
cases = []


def case(name, loss, outputs, truth):
    outputs = np.asarray(outputs, dtype=np.float32)
    outputs = outputs.reshape(len(truth), -1)
    truth = np.asarray(truth)
    measure = binary if loss == "softmaxCrossEntropy" and outputs.shape[1] == 2 else MEASURES[loss]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = measure(outputs, truth)
    cases.append({
        "id": name,
        "loss": loss,
        "outputs": [float(value) for value in outputs.ravel()],
        "truth": truth.tolist(),
        "values": {key: number(value[0] if isinstance(value, tuple) else value) for key, value in found.items()},
        "standardErrors": {key: number(value[1]) for key, value in found.items() if isinstance(value, tuple)},
        "warned": sorted({str(warning.category.__name__) for warning in caught}),
    })


def number(value):
    return "NaN" if np.isnan(value) else float(value)


def one_logit():
    loss = "sigmoidCrossEntropy"
    for count in [2, 7, 60]:
        truth = draw.integers(0, 2, count)
        case(f"one logit, random, {count}", loss, draw.normal(0, 2, count), truth)
        case(f"one logit, informed, {count}", loss, draw.normal(0, 2, count) + 2 * truth - 1, truth)
    truth = draw.integers(0, 2, 40)
    case("one logit, tied", loss, draw.integers(-2, 3, 40) / 2, truth)
    case("one logit, all tied", loss, np.full(40, 0.25), truth)
    case("one logit, all at 0", loss, np.zeros(40), truth)
    case("one logit, perfect", loss, (2 * truth - 1) * draw.uniform(0.1, 5, 40), truth)
    case("one logit, inverted", loss, (1 - 2 * truth) * draw.uniform(0.1, 5, 40), truth)
    case("one logit, far out", loss, draw.normal(0, 400, 40), truth)
    case("one logit, truth only 0", loss, draw.normal(0, 1, 12), np.zeros(12, int))
    case("one logit, truth only 1", loss, draw.normal(0, 1, 12), np.ones(12, int))
    case("one logit, nothing decided 1", loss, -draw.uniform(0.1, 2, 40), truth)


def two_logits():
    loss = "softmaxCrossEntropy"
    truth = draw.integers(0, 2, 50)
    case("two logits, random", loss, draw.normal(0, 2, (50, 2)), truth)
    case("two logits, tied", loss, draw.integers(-2, 3, (50, 2)) / 2, truth)
    case("two logits, truth only 0", loss, draw.normal(0, 1, (9, 2)), np.zeros(9, int))


def several_logits():
    loss = "softmaxCrossEntropy"
    for classes in [3, 4, 10]:
        truth = np.concatenate([np.arange(classes), draw.integers(0, classes, 70)])
        hot = np.eye(classes)[truth]
        shape = hot.shape
        case(f"{classes} classes, random", loss, draw.normal(0, 2, shape), truth)
        case(f"{classes} classes, informed", loss, draw.normal(0, 2, shape) + 2 * hot, truth)
        case(f"{classes} classes, perfect", loss, draw.uniform(0, 1, shape) + 2 * hot, truth)
        case(f"{classes} classes, inverted", loss, draw.uniform(0, 1, shape) - 2 * hot, truth)
        # rows are drawn from a few: the same score is reached by the same sum
        few = draw.normal(0, 1, (5, classes))
        case(f"{classes} classes, tied", loss, few[draw.integers(0, 5, len(truth))], truth)
        case(f"{classes} classes, all tied", loss, np.zeros(shape), truth)
    truth = draw.integers(0, 3, 40)
    case("4 classes, one not true but decided", loss, draw.normal(0, 1, (40, 4)), truth)
    never = draw.normal(0, 1, (40, 4))
    never[:, 3] = -9
    case("4 classes, one neither true nor decided", loss, never, truth)
    case("3 classes, one alone is true", loss, draw.normal(0, 1, (15, 3)), np.full(15, 2))


def regression():
    loss = "meanSquaredError"
    truth = draw.normal(3, 2, 50)
    case("values, random", loss, draw.normal(3, 2, 50), truth)
    case("values, near", loss, truth + draw.normal(0, 0.1, 50), truth)
    case("values, large", loss, 1e5 + draw.normal(0, 1e4, 50), 1e5 + draw.normal(0, 1e4, 50))
    case("values, two", loss, [1, 4], [1.5, 2])
    exact = draw.integers(-3, 4, 20)
    case("values, perfect", loss, exact, exact)


one_logit()
two_logits()
several_logits()
regression()
json.dump(
    {
        "meta": {
            "scikit-learn": sklearn.__version__,
            "numpy": np.__version__,
            "scipy": scipy.__version__,
            "python": platform.python_version(),
            "seed": SEED,
            "tol": "1e-12 relative, 1e-13 absolute; standard errors 1e-9 relative, 1e-7 absolute",
        },
        "cases": cases,
    },
    sys.stdout,
    indent=None,
    separators=(",", ":"),
)
print()
