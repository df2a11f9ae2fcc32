"""Trains the network whose logs lie here: PyTorch Lightning 2.6.6 and its CSVLogger, PyTorch 2.13.0, on one core.

    python train.py digits.csv.gz .

The data is the UCI Optical Recognition of Handwritten Digits, split at random into 1,097 rows for training, 300 for
validation and 400 that are not used. Two learning rates, four seeds each, 60 epochs.
"""
import sys

import lightning as L
import numpy as np
import torch
from lightning.pytorch.loggers import CSVLogger
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Digits(L.LightningModule):
    def __init__(self, rate, batch_size, train_examples, seed):
        super().__init__()
        self.save_hyperparameters()
        self.net = nn.Sequential(
            nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 128), nn.ReLU(), nn.Linear(128, 10)
        )
        self.loss = nn.CrossEntropyLoss()

    def training_step(self, batch, _):
        x, y = batch
        loss = self.loss(self.net(x), y)
        self.log("train_loss", loss)
        return loss

    def validation_step(self, batch, _):
        x, y = batch
        logits = self.net(x)
        self.log("val_loss", self.loss(logits, y))
        self.log("val_acc", (logits.argmax(1) == y).float().mean())

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=self.hparams.rate)


def main(data, out):
    torch.set_num_threads(1)
    rows = np.loadtxt(data, delimiter=",", dtype=np.float32)
    rows = rows[np.random.default_rng(0).permutation(len(rows))]
    x, y = torch.tensor(rows[:, :64] / 16), torch.tensor(rows[:, 64].astype(np.int64))
    train, validation = TensorDataset(x[:1097], y[:1097]), TensorDataset(x[1097:1397], y[1097:1397])
    for rate in (1e-3, 5e-3):
        for seed in range(4):
            L.seed_everything(seed)
            L.Trainer(
                max_epochs=60,
                logger=CSVLogger(out, name=f"rate_{rate:g}", version=f"seed_{seed}", flush_logs_every_n_steps=10_000),
                accelerator="cpu",
                log_every_n_steps=10,
                enable_checkpointing=False,
                enable_progress_bar=False,
                enable_model_summary=False,
            ).fit(
                Digits(rate, 64, 1097, seed),
                DataLoader(train, batch_size=64, shuffle=True),
                DataLoader(validation, batch_size=300),
            )


main(*sys.argv[1:])
