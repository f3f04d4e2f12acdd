#!/usr/bin/env python3
"""Writes crates/reader/model from the wheel that carries the models: weights as half floats, characters as a text file.

Usage: pip download --no-deps rapidocr==3.10.0
       pip install onnx==1.23.2 numpy==2.4.6
       python3 convert.py rapidocr-3.10.0-py3-none-any.whl ../../crates/reader/model
The same wheel gives the same bytes; crates/reader/model/README.md lists the digests.
"""
import hashlib
import pathlib
import sys
import zipfile

import numpy
import onnx
from onnx import numpy_helper

SOURCES = {
    "detection": ("PP-OCRv6_det_small.onnx", "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f"),
    "recognition": ("PP-OCRv6_rec_small.onnx", "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884"),
}
# Below this the saving is nothing and a bias keeps its precision.
SMALLEST = 256


def halved(model):
    for tensor in model.graph.initializer:
        if tensor.data_type != onnx.TensorProto.FLOAT:
            continue
        values = numpy_helper.to_array(tensor)
        half = values.astype(numpy.float16)
        if values.size < SMALLEST or not numpy.isfinite(half).all():
            continue
        tensor.CopyFrom(numpy_helper.from_array(half, tensor.name))
    for node in model.graph.node:
        if node.op_type != "Constant":
            continue
        for attribute in node.attribute:
            if attribute.HasField("t") and attribute.t.data_type == onnx.TensorProto.FLOAT:
                values = numpy_helper.to_array(attribute.t)
                half = values.astype(numpy.float16)
                if values.size >= SMALLEST and numpy.isfinite(half).all():
                    attribute.t.CopyFrom(numpy_helper.from_array(half, attribute.t.name))
    return model


def main(wheel, out):
    out = pathlib.Path(out)
    archive = zipfile.ZipFile(wheel)
    for name, (file, digest) in SOURCES.items():
        raw = archive.read(f"rapidocr/models/{file}")
        if hashlib.sha256(raw).hexdigest() != digest:
            sys.exit(f"{file} is not the file that this was written for")
        model = onnx.load_from_string(raw)
        if name == "recognition":
            characters = next(p.value for p in model.metadata_props if p.key == "character")
            (out / "characters.txt").write_text(characters.rstrip("\n") + "\n", encoding="utf-8")
        del model.metadata_props[:]
        model.doc_string = "PP-OCRv6 small, weights halved; Apache-2.0, see LICENSE and MODEL_LICENSES.md"
        (out / f"{name}.onnx").write_bytes(halved(model).SerializeToString(deterministic=True))
    for name in ("LICENSE", "MODEL_LICENSES.md"):
        (out / name).write_bytes(archive.read(f"rapidocr-3.10.0.dist-info/licenses/{name}"))
    for path in sorted(out.glob("*")):
        print(hashlib.sha256(path.read_bytes()).hexdigest(), path.name)


if __name__ == "__main__":
    main(*sys.argv[1:])
