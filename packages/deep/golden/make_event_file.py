"""A tiny event file as TensorFlow writes it, and what is in it.

Run as `python make_event_file.py`; writes event_file.json next to it.
"""

import base64
import tempfile
from pathlib import Path

from record import tf, write
from tensorflow.core.util import event_pb2

events = [
    {"wallTime": 1700000000.25, "fileVersion": "brain.Event:2"},
    {"wallTime": 1700000001.5, "step": 1, "scalars": {"loss": 0.6875, "validationLoss": 0.7}},
    {"wallTime": 1700000002.75, "step": 300, "scalars": {"loss": 1e-9, "größe": -3.5, "tag" * 50: 0.0}},
    {"wallTime": 1700000003.0, "step": 5_000_000_000, "scalars": {}},
]
path = str(Path(tempfile.mkdtemp()) / "events")
with tf.io.TFRecordWriter(path) as writer:
    for event in events:
        proto = event_pb2.Event(wall_time=event["wallTime"], step=event.get("step", 0))
        if "fileVersion" in event:
            proto.file_version = event["fileVersion"]
        if "scalars" in event:
            proto.summary.SetInParent()
            for tag, value in event["scalars"].items():
                proto.summary.value.add(tag=tag, simple_value=value)
        writer.write(proto.SerializeToString())
write("event_file", {"events": events, "bytes": base64.b64encode(Path(path).read_bytes()).decode()})
