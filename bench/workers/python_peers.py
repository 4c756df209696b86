"""Peers of BENCH_PYTHON behind the protocol of serve.mjs. `--versions` says which of them can be imported."""

import gc
import importlib
import json
import os
import resource
import sys
from importlib.metadata import PackageNotFoundError, version

from bench_data import read_data

# The module with the tasks of each, and the packages that it needs.
PEERS = {
    "scikit-learn": ("sklearn_tasks", ["sklearn"]),
    "LightGBM": ("lightgbm_tasks", ["lightgbm"]),
    "XGBoost": ("xgboost_tasks", ["xgboost"]),
    "onnxruntime": ("onnx_tasks", ["onnxruntime", "onnx", "sklearn"]),
    "Keras": ("keras_tasks", ["keras", "tensorflow"]),
    "shap": ("shap_tasks", ["shap", "lightgbm"]),
}


def versions():
    found = {"python": {"version": sys.version.split()[0]}}
    for name, (_, packages) in PEERS.items():
        try:
            modules = [importlib.import_module(package) for package in packages]
            found[name] = {"version": modules[0].__version__}
        except Exception as error:  # A library that is there but broken is missing too.
            found[name] = {"reason": str(error).split("\n")[0]}
    try:
        found["numpy"] = {"version": version("numpy")}
    except PackageNotFoundError as error:
        found["numpy"] = {"reason": str(error)}
    return found


def peak():
    """Most memory since forget_peak, in bytes; on systems without it, since the start."""
    try:
        with open("/proc/self/status") as status:
            return 1024 * next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    except OSError:
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most if sys.platform == "darwin" else 1024 * most


def forget_peak():
    """Reading the data is not part of what is measured."""
    gc.collect()
    try:
        with open("/proc/self/clear_refs", "w") as refs:
            refs.write("5")
    except OSError:
        pass


class Worker:
    def __init__(self, tasks):
        self.tasks = tasks
        self.state = None
        self.result = None

    def find(self, name):
        if name not in self.tasks:
            raise RuntimeError(f"it has no task {name}")
        return self.tasks[name]

    def load(self, message):
        load, _, _ = self.find(message["task"])
        self.state = load(read_data(message["folder"]), message["params"])
        forget_peak()
        return {}

    def run(self, message):
        self.result = None
        gc.collect()
        _, run, _ = self.find(message["task"])
        seconds, self.result = run(self.state, message["params"])
        return {"seconds": seconds}

    def judge(self, message):
        peak_bytes = peak()
        _, _, judge = self.find(message["task"])
        judged = judge(self.state, self.result, message["params"])
        if isinstance(judged, float):
            return {"peakBytes": peak_bytes, "score": judged}
        judged.astype("float64").tofile(message["out"])
        return {"peakBytes": peak_bytes}


def serve(tasks):
    worker = Worker(tasks)
    # Libraries that print must not break the protocol's lines.
    answers = os.fdopen(os.dup(1), "w")
    for line in sys.stdin:
        message = json.loads(line)
        try:
            reply = getattr(worker, message["do"])(message)
        except Exception as error:
            reply = {"error": str(error).strip().split("\n")[0] or repr(error)}
        answers.write(f"\n@bench {json.dumps(reply)}\n")
        answers.flush()


if __name__ == "__main__":
    if sys.argv[1] == "--versions":
        print(json.dumps(versions()))
    else:
        serve(importlib.import_module(PEERS[sys.argv[1]][0]).TASKS)
