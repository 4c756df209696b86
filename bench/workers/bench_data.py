"""The data of a case as bench/data.mjs wrote it, and the clock."""

import json
import os
import time
from dataclasses import dataclass

import numpy as np

THREADS = int(os.environ["BENCH_THREADS"]) if "BENCH_THREADS" in os.environ else 1


@dataclass
class BenchData:
    about: dict
    x: np.ndarray
    y: np.ndarray
    test: np.ndarray

    @property
    def categorical(self):
        """Numbers of the columns that are categories."""
        features = self.about["features"]
        return list(range(features - self.about.get("categorical", 0), features))

    @property
    def classes(self):
        return self.about.get("classes", 2)


def read_data(folder):
    with open(os.path.join(folder, "about.json")) as file:
        about = json.load(file)

    def table(name, rows):
        columns = np.fromfile(os.path.join(folder, name)).reshape(about["features"] + 1, rows)
        # Row by row, as these libraries like it best.
        return np.ascontiguousarray(columns[:-1].T), columns[-1].copy()

    x, y = table("train.f64", about["rows"])
    test, _ = table("test.f64", about["testRows"])
    return BenchData(about, x, y, test)


def timed(action):
    """Seconds that an action takes, and what it gives."""
    start = time.perf_counter()
    value = action()
    return {"": time.perf_counter() - start}, value


def timed_calls(calls, rows, action):
    """The median and the 99th percentile of many calls of one row each, timed by themselves."""
    each = np.empty(calls)
    for i in range(calls):
        row = rows[i % len(rows)]
        start = time.perf_counter()
        action(row)
        each[i] = time.perf_counter() - start
    each.sort()
    return {"p50": each[calls // 2], "p99": each[int(calls * 0.99)]}, None


def single_rows(test):
    """Test rows as tables of one row."""
    return [test[i : i + 1] for i in range(min(len(test), 500))]
