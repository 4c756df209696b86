"""Golden values of optimizers (three steps each) and learning rate schedules from Keras 3.

Run as `python make_training.py`; writes training.json next to it.
"""

from record import keras, np, packed, seeded, tf, write

draw = seeded(8)
optimizers = {
    "adam": lambda: keras.optimizers.Adam(learning_rate=0.05),
    "adamw": lambda: keras.optimizers.AdamW(learning_rate=0.05, weight_decay=0.1),
    "adam, betas": lambda: keras.optimizers.Adam(0.05, beta_1=0.7, beta_2=0.9, epsilon=0.01),
    "sgd": lambda: keras.optimizers.SGD(0.05, weight_decay=0.1),
    "sgd, momentum": lambda: keras.optimizers.SGD(0.05, momentum=0.8),
    "sgd, nesterov": lambda: keras.optimizers.SGD(0.05, momentum=0.8, nesterov=True, weight_decay=0.1),
    "rmsprop": lambda: keras.optimizers.RMSprop(0.05),
    "rmsprop, momentum": lambda: keras.optimizers.RMSprop(0.05, rho=0.8, momentum=0.7, weight_decay=0.1),
    "lion": lambda: keras.optimizers.Lion(0.05, weight_decay=0.1),
}


def three_steps(optimizer):
    weight = keras.Variable(draw(5), name="kernel")
    start = packed(weight.numpy())
    gradients = [draw(5) for _ in range(3)]
    after = []
    for gradient in gradients:
        optimizer.apply([tf.constant(gradient)], [weight])
        after.append(packed(weight.numpy()))
    return {"start": start, "gradients": [packed(g) for g in gradients], "after": after}


schedules = keras.optimizers.schedules
rates = {
    "cosine": schedules.CosineDecay(0.1, 20, alpha=0.05),
    "cosine, warm-up": schedules.CosineDecay(0.0, 15, warmup_target=0.1, warmup_steps=5),
    "polynomial": schedules.PolynomialDecay(0.1, 20, end_learning_rate=0.02, power=2.0),
    "exponential": schedules.ExponentialDecay(0.1, 4, 0.5),
    "exponential, staircase": schedules.ExponentialDecay(0.1, 4, 0.5, staircase=True),
}

losses = [1.0, 0.9, 0.95, 0.91, 0.8999, 0.85, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.84, 0.9, 0.9, 0.9, 0.9]


def plateau_rates():
    """Learning rates after epochs of these validation losses."""
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(0.1), loss="mse")
    callback = keras.callbacks.ReduceLROnPlateau(factor=0.3, patience=2, min_delta=1e-3, cooldown=1, min_lr=1e-3)
    callback.set_model(model)
    callback.on_train_begin()
    out = []
    for epoch, loss in enumerate(losses):
        callback.on_epoch_end(epoch, {"val_loss": loss})
        out.append(float(model.optimizer.learning_rate.numpy()))
    return out


write(
    "training",
    {
        "optimizers": {name: three_steps(make()) for name, make in optimizers.items()},
        "rates": {name: [float(np.asarray(rate(step))) for step in range(25)] for name, rate in rates.items()},
        "plateau": {"losses": losses, "rates": plateau_rates()},
    },
)
