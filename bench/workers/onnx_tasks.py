"""onnxruntime's tasks: scikit-learn's boosted trees as a graph in double precision."""

import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from bench_data import THREADS, single_rows, timed, timed_calls
from sklearn_tasks import booster


def graph_of(model, features):
    """One TreeEnsembleRegressor that sums the leaves, and a sigmoid."""
    nodes = {name: [] for name in ("tree", "node", "feature", "mode", "true", "false", "missing", "value")}
    leaves = {name: [] for name in ("tree", "node", "value")}
    for tree, (predictor,) in enumerate(model._predictors):
        for at, node in enumerate(predictor.nodes):
            leaf = bool(node["is_leaf"])
            nodes["tree"].append(tree)
            nodes["node"].append(at)
            nodes["feature"].append(0 if leaf else int(node["feature_idx"]))
            nodes["mode"].append("LEAF" if leaf else "BRANCH_LEQ")
            nodes["true"].append(0 if leaf else int(node["left"]))
            nodes["false"].append(0 if leaf else int(node["right"]))
            nodes["missing"].append(0 if leaf else int(node["missing_go_to_left"]))
            nodes["value"].append(0.0 if leaf else float(node["num_threshold"]))
            if leaf:
                leaves["tree"].append(tree)
                leaves["node"].append(at)
                leaves["value"].append(float(node["value"]))

    def doubles(values):
        return numpy_helper.from_array(np.array(values, dtype=np.float64))

    ensemble = helper.make_node(
        "TreeEnsembleRegressor",
        ["x"],
        ["raw"],
        domain="ai.onnx.ml",
        n_targets=1,
        aggregate_function="SUM",
        base_values_as_tensor=doubles(model._baseline_prediction.ravel()),
        nodes_treeids=nodes["tree"],
        nodes_nodeids=nodes["node"],
        nodes_featureids=nodes["feature"],
        nodes_modes=nodes["mode"],
        nodes_truenodeids=nodes["true"],
        nodes_falsenodeids=nodes["false"],
        nodes_missing_value_tracks_true=nodes["missing"],
        nodes_values_as_tensor=doubles(nodes["value"]),
        target_treeids=leaves["tree"],
        target_nodeids=leaves["node"],
        target_ids=[0] * len(leaves["node"]),
        target_weights_as_tensor=doubles(leaves["value"]),
    )
    narrow = helper.make_node("Cast", ["raw"], ["double"], to=TensorProto.DOUBLE)
    sigmoid = helper.make_node("Sigmoid", ["double"], ["probability"])
    graph = helper.make_graph(
        [ensemble, narrow, sigmoid],
        "boosting",
        [helper.make_tensor_value_info("x", TensorProto.DOUBLE, [None, features])],
        [helper.make_tensor_value_info("probability", TensorProto.DOUBLE, [None, 1])],
    )
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 3)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=8)


def load_model(data, params):
    graph = graph_of(booster(params).fit(data.x, data.y), data.x.shape[1])
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    session = onnxruntime.InferenceSession(
        graph.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )

    def predict(rows):
        return session.run(None, {"x": rows})[0]

    return predict, data.test, single_rows(data.test)


TASKS = {
    "one-row": (
        load_model,
        lambda state, params: timed_calls(params["calls"], state[2], state[0]),
        lambda state, _, params: state[0](state[1]),
    ),
    "batch": (
        load_model,
        lambda state, params: timed(lambda: state[0](state[1])),
        lambda state, predicted, params: predicted,
    ),
}
