"""JAX at its fastest: many updates in one compiled `lax.scan`, Adam written out."""

import time

import jax
import jax.numpy as jnp
import numpy as np

from answer_blocks import answer_blocks
from workloads import EXAMPLES, RATE, labelled_noise, targets, workload_of


def he(random, shape):
    return random.standard_normal(shape).astype(np.float32) * np.float32(np.sqrt(2 / np.prod(shape[:-1])))


def parameters_of(workload):
    """Weights and biases in turn: of convolutions, then of dense layers."""
    random = np.random.default_rng(1)
    if not workload.hidden and not workload.filters:
        return [np.zeros((workload.features, 1), np.float32), np.zeros(1, np.float32)]
    shapes, channels, side = [], 1, workload.shape[0]
    for filters in workload.filters:
        shapes.append((3, 3, channels, filters))
        channels, side = filters, side // 2
    width = channels * side * side if workload.filters else workload.features
    for units in [*workload.hidden, workload.outputs]:
        shapes.append((width, units))
        width = units
    return [part for shape in shapes for part in (he(random, shape), np.zeros(shape[-1], np.float32))]


def forward(workload, parameters, x):
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


answer_blocks(prepare)
