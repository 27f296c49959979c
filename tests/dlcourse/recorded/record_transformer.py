"""Chapter 7 as PyTorch computes it: attention, layers and the whole Transformer, with slopes by its own engine."""

import math

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812 - PyTorch's own abbreviation

D, H, FF = 6, 2, 10


def slopes(out, dout, **leaves):
    """Return the gradients of leaves for a given upstream gradient, as ``d + name``."""
    grads = torch.autograd.grad(out, list(leaves.values()), torch.tensor(dout))
    return {f"d{name}": grad for name, grad in zip(leaves, grads, strict=True)}


def attention(Q, K, V, mask, dO):
    """Return output, weights and slopes; PyTorch's function tells no weights: values of the identity do."""
    Q, K, V = (torch.tensor(x, requires_grad=True) for x in (Q, K, V))
    keep = None if mask is None else torch.tensor(mask)
    out = F.scaled_dot_product_attention(Q, K, V, keep)
    eye = torch.eye(K.shape[-2], dtype=K.dtype).expand(*K.shape[:-1], K.shape[-2])
    weights = F.scaled_dot_product_attention(Q.detach(), K.detach(), eye, keep)
    case = {"Q": Q.detach(), "K": K.detach(), "V": V.detach(), "dO": dO, "out": out.detach(), "weights": weights}
    return case | slopes(out, dO, Q=Q, K=K, V=V) | ({} if mask is None else {"mask": mask})


def drawn(module, rng):
    """Return a module in double precision, in training, all of whose parameters come from `rng`, none special."""
    module = module.double().train()
    with torch.no_grad():
        for name, parameter in module.named_parameters():
            scale = "norm" in name and name.endswith("weight")
            parameter[...] = torch.tensor(rng.normal(float(scale), 0.4, tuple(parameter.shape)))
    return module


def heads(torch_name, ours):
    """Return our names of the parameters of an attention by PyTorch's, and whether ours is the transpose."""
    return {
        f"{torch_name}.in_proj_weight": (f"{ours}.W_in", True),
        f"{torch_name}.in_proj_bias": (f"{ours}.b_in", False),
        f"{torch_name}.out_proj.weight": (f"{ours}.W_out", True),
        f"{torch_name}.out_proj.bias": (f"{ours}.b_out", False),
    }


def norm(torch_name, ours):
    return {f"{torch_name}.weight": (f"{ours}.gamma", False), f"{torch_name}.bias": (f"{ours}.beta", False)}


def linear(torch_name, ours):
    return {f"{torch_name}.weight": (f"{ours}.W", True), f"{torch_name}.bias": (f"{ours}.b", False)}


def block(torch_name, ours, attentions):
    """Return the names of an encoder's or decoder's block."""
    names = {}
    for i, (theirs, part) in enumerate({**attentions, "": "feedforward"}.items(), 1):
        names |= norm(f"{torch_name}norm{i}", f"{ours}{part}.norm")
        if theirs:
            names |= heads(f"{torch_name}{theirs}", f"{ours}{part}.layer")
    names |= linear(f"{torch_name}linear1", f"{ours}feedforward.layer.hidden")
    return names | linear(f"{torch_name}linear2", f"{ours}feedforward.layer.output")


ENCODER = {"self_attn": "attention"}
DECODER = {"self_attn": "self_attention", "multihead_attn": "cross_attention"}


def parameters(module, names, loss):
    """Return values and slopes of all parameters, by our names."""
    params = dict(module.named_parameters())
    assert params.keys() == names.keys(), params.keys() ^ names.keys()
    grads = dict(zip(params, torch.autograd.grad(loss, list(params.values()), retain_graph=True), strict=True))
    case = {}
    for theirs, (ours, transposed) in names.items():
        case[f"P:{ours}"] = params[theirs].detach().T if transposed else params[theirs].detach()
        case[f"G:{ours}"] = grads[theirs].T if transposed else grads[theirs]
    return case


def multi_head(rng, Tk):
    """Return self-attention (without Tk), or attention to a memory, causal or with padding."""
    module = drawn(nn.MultiheadAttention(D, H, batch_first=True), rng)
    X, dY = rng.normal(size=(2, 4, D)), rng.normal(size=(2, 4, D))
    X = torch.tensor(X, requires_grad=True)
    M = X if Tk is None else torch.tensor(rng.normal(size=(2, Tk, D)), requires_grad=True)
    mask = np.tri(4, dtype=bool) if Tk is None else np.arange(Tk) < np.array([[[Tk]], [[1]]]) + np.zeros((1, 4, 1))
    blocked = torch.tensor(~np.broadcast_to(mask, (2, 4, M.shape[1]))).repeat_interleave(H, 0)
    Y, weights = module(X, M, M, attn_mask=blocked, average_attn_weights=False)
    loss = (Y * torch.tensor(dY)).sum()
    leaves = {"X": X} if Tk is None else {"X": X, "M": M}
    names = {name.removeprefix("."): (ours.removeprefix("."), t) for name, (ours, t) in heads("", "").items()}
    case = {"X": X.detach(), "dY": dY, "mask": mask, "Y": Y.detach(), "weights": weights.detach()}
    case |= {} if Tk is None else {"M": M.detach()}
    case |= parameters(module, names, loss)
    return case | slopes(Y, dY, **leaves)


def encoder_layer(rng):
    module = nn.TransformerEncoderLayer(D, H, FF, dropout=0.0, batch_first=True, norm_first=True)
    module = drawn(module, rng)
    X, dY = torch.tensor(rng.normal(size=(2, 5, D)), requires_grad=True), rng.normal(size=(2, 5, D))
    padding = torch.tensor([[False] * 5, [False, False, False, True, True]])
    Y = module(X, src_key_padding_mask=padding)
    case = {"X": X.detach(), "dY": dY, "mask": ~padding[:, None, None], "Y": Y.detach()}
    names = block("", "", ENCODER)
    return case | parameters(module, names, (Y * torch.tensor(dY)).sum()) | slopes(Y, dY, X=X)


def decoder_layer(rng):
    module = nn.TransformerDecoderLayer(D, H, FF, dropout=0.0, batch_first=True, norm_first=True)
    module = drawn(module, rng)
    X, M = (torch.tensor(rng.normal(size=(2, T, D)), requires_grad=True) for T in (4, 5))
    dY = rng.normal(size=(2, 4, D))
    padding = torch.tensor([[False] * 5, [False, False, False, True, True]])
    causal = torch.triu(torch.ones(4, 4, dtype=torch.bool), 1)
    Y = module(X, M, tgt_mask=causal, memory_key_padding_mask=padding)
    case = {"X": X.detach(), "M": M.detach(), "dY": dY, "mask": ~causal, "memory_mask": ~padding[:, None, None]}
    names = block("", "", DECODER)
    loss = (Y * torch.tensor(dY)).sum()
    return case | {"Y": Y.detach()} | parameters(module, names, loss) | slopes(Y, dY, X=X, M=M)


class Whole(nn.Module):
    """PyTorch's Transformer between embeddings, positions and an output layer."""

    def __init__(self, source, target, layers):
        super().__init__()
        self.source, self.target = nn.Embedding(source, D), nn.Embedding(target, D)
        self.transformer = nn.Transformer(D, H, layers, layers, FF, 0.0, batch_first=True, norm_first=True)
        self.output = nn.Linear(D, target)

    def forward(self, src, tin):
        def placed(embedding, ids):
            t, k = torch.arange(ids.shape[1])[:, None], torch.arange(D)
            angle = t * torch.exp(-(k // 2).double() * 2 / D * math.log(10000.0))
            waves = torch.where(k % 2 == 0, torch.sin(angle), torch.cos(angle))
            return embedding(ids) * math.sqrt(D) + waves

        causal = torch.triu(torch.ones(tin.shape[1], tin.shape[1], dtype=torch.bool), 1)
        padding = {"src_key_padding_mask": src == 0, "memory_key_padding_mask": src == 0}
        found = self.transformer(
            placed(self.source, src),
            placed(self.target, tin),
            tgt_mask=causal,
            tgt_key_padding_mask=tin == 0,
            **padding,
        )
        return self.output(found)


def whole(rng, layers):
    module = drawn(Whole(9, 11, layers), rng)
    src = np.array([[4, 5, 6, 7, 8], [8, 4, 4, 0, 0], [5, 0, 0, 0, 0]])
    tin = np.array([[1, 5, 6, 5], [1, 10, 0, 0], [1, 7, 8, 0]])
    tout = np.array([[5, 6, 5, 2], [10, 2, 0, 0], [7, 8, 2, 0]])
    logits = module(torch.tensor(src), torch.tensor(tin))
    loss = F.cross_entropy(logits.reshape(-1, 11), torch.tensor(tout).reshape(-1), ignore_index=0)
    names = {"source.weight": ("source.E", False), "target.weight": ("target.E", False)}
    for i in range(layers):
        names |= block(f"transformer.encoder.layers.{i}.", f"encoder{i}.", ENCODER)
        names |= block(f"transformer.decoder.layers.{i}.", f"decoder{i}.", DECODER)
    for side in ("encoder", "decoder"):
        names |= norm(f"transformer.{side}.norm", f"{side}_norm")
    names |= linear("output", "output")
    case = {"src": src, "tin": tin, "tout": tout, "logits": logits.detach(), "loss": loss.detach()}
    return case | parameters(module, names, loss)


def cases():
    """Return all cases by name, with what went in and what PyTorch made of it."""
    rng = np.random.default_rng(7)
    found = {}
    for name, (leading, Tq, Tk, d, dv, mask) in {
        "plain": ((), 3, 4, 5, 2, None),
        "square": ((2,), 4, 4, 4, 4, None),
        "causal": ((2, 3), 4, 4, 3, 3, np.tri(4, dtype=bool)),
        "padded": ((2, 1), 2, 5, 4, 3, np.array([[[[True] * 5]], [[[True, True, False, False, False]]]])),
        "one key": ((2,), 3, 1, 2, 2, None),
    }.items():
        for dtype in (np.float32, np.float64):
            sizes = ((Tq, d), (Tk, d), (Tk, dv), (Tq, dv))
            Q, K, V, dO = ((1.5 * rng.normal(size=(*leading, *size))).astype(dtype) for size in sizes)
            found[f"attention/{name}/{np.dtype(dtype).name}"] = attention(Q, K, V, mask, dO)
    found["multi-head/self"] = multi_head(rng, None)
    found["multi-head/memory"] = multi_head(rng, 3)
    found["encoder layer"] = encoder_layer(rng)
    found["decoder layer"] = decoder_layer(rng)
    found["whole"] = whole(rng, 2)
    return found


if __name__ == "__main__":
    import sys
    from pathlib import Path

    sys.path.insert(0, str(Path(__file__).parents[3]))
    from tests.dlcourse import parity

    parity.save("transformer", torch.__version__, cases())
