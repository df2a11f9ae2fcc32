"""JAX at its fastest: many updates in one compiled `lax.scan`, Adam written out."""

import os
import time

# as the others do: memory is taken as it is needed
os.environ["XLA_PYTHON_CLIENT_PREALLOCATE"] = "false"

import jax
import jax.numpy as jnp
import numpy as np

from answer_blocks import answer_blocks, resident_peak
from options import options
from workloads import EXAMPLES, RATE, labelled_noise, targets, workload_of

OPTIONS = options()
ON_CPU = OPTIONS.platform == "cpu"
jax.config.update("jax_default_matmul_precision", "tensorfloat32" if OPTIONS.tf32 else "highest")


def device():
    """The one that is asked for. An error of a driver is told when there is somebody to tell it to."""
    return jax.devices(OPTIONS.platform)[OPTIONS.index]


def about():
    return {
        "library": f"JAX {jax.__version__}",
        "device": "CPU" if ON_CPU else device().device_kind,
        "tf32": jax.config.jax_default_matmul_precision == "tensorfloat32",
        "peakBytes": resident_peak() if ON_CPU else device().memory_stats()["peak_bytes_in_use"],
    }


def he(random, shape):
    return random.standard_normal(shape).astype(np.float32) * np.float32(np.sqrt(2 / np.prod(shape[:-1])))


def parameters_of(workload):
    """Weights and biases in turn: of convolutions, then of dense layers."""
    random = np.random.default_rng(1)
    if workload.attention:
        return [np.float32(part) for part in transformer_parameters(workload, random)]
    if not workload.hidden and not workload.filters:
        return [np.zeros((workload.features, 1), np.float32), np.zeros(1, np.float32)]
    shapes, channels, side = [], workload.shape[-1] if workload.filters else 1, workload.shape[0]
    for filters in workload.filters:
        shapes.append((3, 3, channels, filters))
        channels, side = filters, side // 2
    width = channels * side * side if workload.filters else workload.features
    for units in [*workload.hidden, workload.outputs]:
        shapes.append((width, units))
        width = units
    return [part for shape in shapes for part in (he(random, shape), np.zeros(shape[-1], np.float32))]


def transformer_parameters(workload, random):
    """The map inward, then of each block attention's two maps and the network's two, each part after the scale and shift
    of its normalisation; those of the last one, and the map outward."""

    def dense(inputs, outputs):
        return [random.standard_normal((inputs, outputs)) * np.sqrt(2 / (inputs + outputs)), np.zeros(outputs)]

    width = workload.attention.width
    norm = [np.ones(width), np.zeros(width)]
    attends = [*norm, *dense(width, 3 * width), *dense(width, width)]
    widens = [*norm, *dense(width, 4 * width), *dense(4 * width, width)]
    blocks = (attends + widens) * workload.attention.blocks
    return [*dense(workload.shape[1], width), *blocks, *norm, *dense(width, workload.outputs)]


def normalised(x, scale, shift):
    centred = x - x.mean(-1, keepdims=True)
    return centred * jax.lax.rsqrt((centred**2).mean(-1, keepdims=True) + 1e-5) * scale + shift


def attended(workload, x, inward, inward_bias, outward, outward_bias):
    (rows, places, width), heads = x.shape, workload.attention.heads
    parts = (x @ inward + inward_bias).reshape(rows, places, 3, heads, width // heads)
    queries, keys, values = parts.transpose(2, 0, 3, 1, 4)
    shares = jax.nn.softmax(queries @ keys.swapaxes(-1, -2) / np.float32(np.sqrt(width / heads)))
    return (shares @ values).transpose(0, 2, 1, 3).reshape(rows, places, width) @ outward + outward_bias


def transformed(workload, parameters, x):
    take = iter(parameters)
    given = lambda count: [next(take) for _ in range(count)]
    weights, bias = given(2)
    x = x.reshape(-1, *workload.shape) @ weights + bias
    for _ in range(workload.attention.blocks):
        norm, attention = given(2), given(4)
        x = x + attended(workload, normalised(x, *norm), *attention)
        norm, (wide, wide_bias, narrow, narrow_bias) = given(2), given(4)
        x = x + jax.nn.relu(normalised(x, *norm) @ wide + wide_bias) @ narrow + narrow_bias
    norm, (weights, bias) = given(2), given(2)
    return normalised(x, *norm).mean(1) @ weights + bias


def forward(workload, parameters, x):
    if workload.attention:
        return transformed(workload, parameters, x)
    layers = list(zip(parameters[::2], parameters[1::2]))
    if workload.filters:
        x = x.reshape(-1, *workload.shape)
    for weights, bias in layers[: len(workload.filters)]:
        order = ("NHWC", "HWIO", "NHWC")
        x = jax.nn.relu(jax.lax.conv_general_dilated(x, weights, (1, 1), "SAME", dimension_numbers=order) + bias)
        x = jax.lax.reduce_window(x, -jnp.inf, jax.lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")
    x = x.reshape(x.shape[0], -1)
    for weights, bias in layers[len(workload.filters) : -1]:
        x = jax.nn.relu(x @ weights + bias)
    return x @ layers[-1][0] + layers[-1][1]


def loss_of(workload, parameters, x, y):
    logits = forward(workload, parameters, x)
    if workload.outputs == 1:
        return jnp.mean(jnp.maximum(logits, 0) - logits * y + jnp.log1p(jnp.exp(-jnp.abs(logits))))
    return -(y * jax.nn.log_softmax(logits)).sum(1).mean()


def adam(parameters, gradients, first, second, step):
    first = [0.9 * m + 0.1 * g for m, g in zip(first, gradients)]
    second = [0.999 * v + 0.001 * g * g for v, g in zip(second, gradients)]
    rate = RATE * jnp.sqrt(1 - 0.999**step) / (1 - 0.9**step)
    moved = [p - rate * m / (jnp.sqrt(v) + 1e-8) for p, m, v in zip(parameters, first, second)]
    return moved, first, second


def prepare(name):
    jax.config.update("jax_default_device", device())
    workload = workload_of(name)
    noise, labels = labelled_noise(workload)
    x, y = jnp.asarray(noise), jnp.asarray(targets(workload, labels))

    @jax.jit
    def chunk(state, x, y, rows):
        def update(state, rows):
            parameters, first, second, step = state
            gradient = jax.value_and_grad(lambda given: loss_of(workload, given, x[rows], y[rows]))
            loss, gradients = gradient(parameters)
            step = step + 1
            return (*adam(parameters, gradients, first, second, step), step), loss

        return jax.lax.scan(update, state, rows)

    parameters = [jnp.asarray(part) for part in parameters_of(workload)]
    zeros = [jnp.zeros_like(part) for part in parameters]
    state, position = (parameters, zeros, zeros, jnp.float32(0)), 0

    def next_chunk(updates):
        nonlocal state, position
        first = position * workload.batch
        rows = (first + np.arange(updates * workload.batch, dtype=np.int32)) % EXAMPLES
        position = (position + updates) % workload.updates_per_epoch
        state, losses = chunk(state, x, y, rows.reshape(updates, workload.batch))
        return losses

    def run(updates):
        began = time.perf_counter()
        for _ in range(updates // workload.chunk):
            losses = next_chunk(workload.chunk)
        losses.block_until_ready()
        return (time.perf_counter() - began) / updates * 1e3

    loss = float(next_chunk(workload.updates_per_epoch).mean())
    return loss, workload.chunk, run


answer_blocks(prepare, about)
