"""Keras' `model.fit`, on TensorFlow."""

import os
import time

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras

from answer_blocks import answer_blocks
from workloads import EXAMPLES, RATE, labelled_noise, targets, workload_of


def layers_of(workload):
    relu = {"activation": "relu", "kernel_initializer": "he_normal"}
    layers = [keras.layers.Input(workload.shape)]
    for filters in workload.filters:
        layers += [keras.layers.Conv2D(filters, 3, padding="same", **relu), keras.layers.MaxPooling2D()]
    if workload.filters:
        layers.append(keras.layers.Flatten())
    layers += [keras.layers.Dense(units, **relu) for units in workload.hidden]
    last = "he_normal" if workload.hidden or workload.filters else "zeros"
    return [*layers, keras.layers.Dense(workload.outputs, kernel_initializer=last)]


def prepare(name):
    keras.utils.set_random_seed(0)
    workload = workload_of(name)
    x, labels = labelled_noise(workload)
    x, y = x.reshape(EXAMPLES, *workload.shape), targets(workload, labels)
    losses = keras.losses
    loss = losses.BinaryCrossentropy if workload.outputs == 1 else losses.CategoricalCrossentropy
    network = keras.Sequential(layers_of(workload))
    network.compile(optimizer=keras.optimizers.Adam(RATE), loss=loss(from_logits=True))

    def fit(epochs):
        return network.fit(x, y, batch_size=workload.batch, epochs=epochs, verbose=0, shuffle=False)

    def run(updates):
        began = time.perf_counter()
        fit(updates // workload.updates_per_epoch)
        return (time.perf_counter() - began) / updates * 1e3

    return fit(1).history["loss"][0], workload.updates_per_epoch, run


answer_blocks(prepare)
