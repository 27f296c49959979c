"""Chapter 7, second half, by hand, by central differences, at extreme values, by its laws, and against PyTorch."""

import inspect

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlcourse.attention import attention, attention_backward, positional_encoding
from dlcourse.corpus import NOTES_PAIR, hold_out, small_translation_pairs, translation_pairs
from dlcourse.gradcheck import check_gradients
from dlcourse.layers import Parameters
from dlcourse.losses import softmax_cross_entropy
from dlcourse.optimizers import adam_step
from dlcourse.transformer import (
    DecoderBlock,
    Embedding,
    EncoderBlock,
    Transformer,
    build_vocab,
    causal_mask,
    decode,
    decoder_io,
    decoder_mask,
    embedding,
    embedding_backward,
    encode_batch,
    greedy_decode,
    masked_cross_entropy,
    padding_mask,
    train_translator,
)
from tests.dlcourse import parity
from tests.dlcourse.helpers import LAWS, close, exactly, same

SENTENCES = st.lists(st.lists(st.sampled_from(["a", "b", "B", "나", "<x>", "3"]), max_size=5).map(" ".join), max_size=5)


def numbers(*shape, seed=0):
    return np.random.default_rng([*shape, seed]).normal(0.3, 1.2, shape)


# -------------------------------------------------------------------- words as numbers


def test_the_sentence_of_the_notes_as_numbers():
    vocab = build_vocab([NOTES_PAIR[0]])
    assert list(vocab.items()) == [
        ("<pad>", 0),
        ("<bos>", 1),
        ("<eos>", 2),
        ("<unk>", 3),
        *((word, i) for i, word in enumerate(["어제", "카페", "갔었어", "거기", "사람", "많더라"], 4)),
    ]
    same(
        encode_batch(["거기 카페 많더라", "", "어제 고양이", "사람"], vocab),
        [[7, 5, 9], [0] * 3, [4, 3, 0], [8, 0, 0]],
        int,
    )
    assert encode_batch([NOTES_PAIR[1]], build_vocab([NOTES_PAIR[1]])).shape == (1, 10)


@LAWS
@given(SENTENCES)
def test_decoding_undoes_encoding(sentences):
    vocab = build_vocab(sentences)
    assert list(vocab.values()) == list(range(len(vocab)))
    assert set(vocab) == {"<pad>", "<bos>", "<eos>", "<unk>"} | {w for text in sentences for w in text.split()}
    ids = encode_batch(sentences, vocab)
    assert ids.dtype == np.int64
    assert ids.shape == (len(sentences), max((len(text.split()) for text in sentences), default=0))
    assert decode(ids, vocab) == sentences
    tin, tout = decoder_io([row[row > 0] for row in ids])
    assert decode(tin, vocab) == decode(tout, vocab) == sentences


def test_case_is_kept_and_any_space_separates():
    vocab = build_vocab(["There  there\tthere\n"])
    assert list(vocab)[4:] == ["There", "there"]
    same(encode_batch([" there   There THERE "], vocab), [[5, 4, 3]], int)


def test_special_words_in_a_sentence_keep_their_numbers():
    vocab = build_vocab(["a <eos> <pad> b"])
    assert vocab == {"<pad>": 0, "<bos>": 1, "<eos>": 2, "<unk>": 3, "a": 4, "b": 5}


def test_no_sentences_have_no_words():
    assert len(build_vocab([])) == 4
    same(encode_batch([], build_vocab([])), np.empty((0, 0)), int)
    same(encode_batch(["", ""], build_vocab([])), np.empty((2, 0)), int)
    assert decode([], build_vocab([])) == []
    assert decode([[], [2], [0, 1]], build_vocab([])) == ["", "", ""]


def test_a_sentence_ends_before_its_first_eos():
    vocab = build_vocab(["a b"])
    assert decode([[1, 4, 3, 0, 5, 2, 4, 2], [4, 4, 5]], vocab) == ["a <unk> b", "a a b"]
    assert decode(np.array([[2, 4]]), vocab) == [""]


@pytest.mark.parametrize("call", [build_vocab, lambda given: encode_batch(given, build_vocab([]))])
def test_sentences_are_a_list_of_strings(call):
    with pytest.raises(TypeError, match=exactly("sentences must be a list of strings; got the string 'a b'")):
        call("a b")
    with pytest.raises(TypeError, match=exactly("sentences[1] must be a string; got ['a']")):
        call(["a", ["a"]])


@pytest.mark.parametrize(
    ("ids", "error", "sentence"),
    [
        ([[4], [0, 6]], ValueError, "ids[1] must hold labels from 0 to 5; got 6"),
        ([[-1]], ValueError, "ids[0] must hold labels from 0 to 5; got -1"),
        ([[1.0]], TypeError, "ids[0] must hold integer labels; got dtype float64"),
    ],
)
def test_numbers_of_no_word_are_named(ids, error, sentence):
    with pytest.raises(error, match=exactly(sentence)):
        decode(ids, build_vocab(["a b"]))


# -------------------------------------------------------------------- words as vectors


def test_embedding_by_hand():
    E = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    found = embedding([[2, 0], [2, 2]], E)
    same(found, [[[5, 6], [1, 2]], [[5, 6], [5, 6]]])
    assert not np.shares_memory(found, E)
    dout = [[[1, 10], [2, 20]], [[4, 40], [8, 80]]]
    same(embedding_backward(dout, [[2, 0], [2, 2]], 4), [[2, 20], [0, 0], [13, 130], [0, 0]])


@LAWS
@given(st.lists(st.integers(0, 4), max_size=12), st.sampled_from([np.float32, np.float64]))
def test_embedding_backward_is_a_product_with_one_hot_vectors(ids, dtype):
    one_hot = np.eye(5)[np.array(ids, int)]
    dout = np.random.default_rng(0).integers(-9, 9, (len(ids), 3)).astype(dtype)
    same(embedding_backward(dout, ids, 5), one_hot.T @ dout, dtype)
    E = np.arange(15.0).reshape(5, 3).astype(dtype)
    same(embedding(ids, E), one_hot @ E, dtype)


@pytest.mark.parametrize("shape", [(), (0,), (2, 0), (2, 3), (2, 1, 2)])
def test_words_may_have_any_shape(shape):
    ids = np.random.default_rng(0).integers(0, 4, shape)
    E, dout = numbers(4, 3), numbers(*shape, 3)
    assert embedding(ids, E).shape == (*shape, 3)
    found = embedding_backward(dout, ids, 4)
    check_gradients(lambda E: float((dout * embedding(ids, E)).sum()), {"E": E}, {"E": found})


@pytest.mark.parametrize(
    ("call", "error", "sentence"),
    [
        (lambda: embedding([3], np.ones((3, 2))), ValueError, "ids must hold labels from 0 to 2; got 3"),
        (lambda: embedding([-1], np.ones((3, 2))), ValueError, "ids must hold labels from 0 to 2; got -1"),
        (lambda: embedding([1.0], np.ones((3, 2))), TypeError, "ids must hold integer labels; got dtype float64"),
        (lambda: embedding([1], np.ones(3)), ValueError, "E must have shape (V, d); got (3,)"),
        (lambda: embedding([1], [["a"]]), TypeError, "E must hold real numbers; got dtype <U1"),
        (lambda: embedding_backward([[1.0]], [3], 3), ValueError, "ids must hold labels from 0 to 2; got 3"),
        (lambda: embedding_backward([1.0], [0], 3), ValueError, "dout must have shape (1, d); got (1,)"),
        (lambda: embedding_backward(np.ones((2, 3)), [0], 3), ValueError, "dout must have shape (1, d); got (2, 3)"),
        (lambda: embedding_backward([["a"]], [0], 3), TypeError, "dout must hold real numbers; got dtype <U1"),
        (lambda: embedding_backward([[1.0]], [0], -1), ValueError, "V must be at least 0; got -1"),
        (lambda: embedding_backward([[1.0]], [0], 2.0), TypeError, "V must be a whole number; got 2.0"),
    ],
)
def test_embeddings_say_what_is_wrong(call, error, sentence):
    with pytest.raises(error, match=exactly(sentence)):
        call()


# ------------------------------------------------------------------------------- masks


def test_masks_by_hand():
    same(causal_mask(3), [[1, 0, 0], [1, 1, 0], [1, 1, 1]], bool)
    same(padding_mask([[5, 0, 7], [0, 0, 1]]), [[[[1, 0, 1]]], [[[0, 0, 1]]]], bool)
    same(decoder_mask([[5, 0, 7]]), [[[[1, 0, 0], [1, 0, 0], [1, 0, 1]]]], bool)


@pytest.mark.parametrize("T", [0, 1, 2, 5])
@pytest.mark.parametrize("pad", [0, 3])
def test_masks_are_those_of_the_definition(T, pad):
    ids = np.random.default_rng(T).integers(0, 5, (4, T))
    for t, s in np.ndindex(T, T):
        assert causal_mask(T)[t, s] == (s <= t)
        for b in range(4):
            assert decoder_mask(ids, pad)[b, 0, t, s] == (s <= t and ids[b, s] != pad)
            assert padding_mask(ids, pad)[b, 0, 0, s] == (ids[b, s] != pad)
    for mask, shape in ((causal_mask(T), (T, T)), (padding_mask(ids), (4, 1, 1, T)), (decoder_mask(ids), (4, 1, T, T))):
        assert mask.shape == shape
        assert mask.dtype == bool


def test_defaults_are_those_of_the_chapter():
    def defaults(call):
        return {p.name: p.default for p in inspect.signature(call).parameters.values() if p.default is not p.empty}

    assert defaults(padding_mask) == defaults(decoder_mask) == defaults(masked_cross_entropy) == {"pad": 0}
    assert defaults(decoder_io) == {"bos": 1, "eos": 2, "pad": 0}
    assert defaults(greedy_decode) == {"bos": 1, "eos": 2, "max_len": 20}
    assert defaults(train_translator) == {"steps": 200, "lr": 5e-3, "warmup": 20}
    assert defaults(Transformer) == {
        "d_model": 32,
        "num_heads": 2,
        "d_ff": 64,
        "num_encoder_layers": 1,
        "num_decoder_layers": 1,
        "dropout": 0.0,
        "positions": True,
        "attention": None,
        "attention_backward": None,
        "dtype": np.float32,
    }
    assert defaults(Transformer.fit) == {"epochs": 20, "batch_size": 32, "lr": 5e-3, "warmup": 20}
    assert defaults(Transformer.generate) == defaults(Transformer.translate) == {"max_len": 20}
    for call in (Embedding, EncoderBlock, DecoderBlock):
        assert defaults(call)["dropout"] == 0.0
    assert defaults(Embedding)["positions"] is True
    models = (Transformer.encode, Transformer.decode, Transformer.forward)
    for call in (Embedding.forward, EncoderBlock.forward, DecoderBlock.forward, *models):
        assert defaults(call)["training"] is False


@pytest.mark.parametrize("mask", [padding_mask, decoder_mask])
def test_masks_say_what_is_wrong(mask):
    with pytest.raises(TypeError, match=exactly("ids must hold integers; got dtype float64")):
        mask([[1.0]])
    with pytest.raises(ValueError, match=exactly("ids must have shape (B, T); got (1,)")):
        mask([1])
    assert mask(np.empty((2, 0))).shape[0] == 2
    with pytest.raises(ValueError, match=exactly("T must be at least 0; got -1")):
        causal_mask(-1)


# ------------------------------------------------------- what a decoder learns, and speaks


def test_a_decoder_reads_one_step_behind_what_it_says():
    tin, tout = decoder_io([[5, 6, 7], [], [8]])
    same(tin, [[1, 5, 6, 7], [1, 0, 0, 0], [1, 8, 0, 0]], int)
    same(tout, [[5, 6, 7, 2], [2, 0, 0, 0], [8, 2, 0, 0]], int)
    tin, tout = decoder_io([np.array([5]), (6, 7)], bos=11, eos=12, pad=9)
    same(tin, [[11, 5, 9], [11, 6, 7]], int)
    same(tout, [[5, 12, 9], [6, 7, 12]], int)
    for found in decoder_io([]):
        same(found, np.empty((0, 0)), int)


@pytest.mark.parametrize(
    ("targets", "error", "sentence"),
    [
        ([[4], [1.5]], TypeError, "targets[1] must hold integers; got dtype float64"),
        ([4], ValueError, "targets[0] must have shape (T,); got ()"),
        ([[[4]]], ValueError, "targets[0] must have shape (T,); got (1, 1)"),
    ],
)
def test_a_target_is_a_list_of_integers(targets, error, sentence):
    with pytest.raises(error, match=exactly(sentence)):
        decoder_io(targets)


def test_masked_cross_entropy_by_hand():
    # (0, ln 3): p = (1/4, 3/4). Three words: -ln 1/4, -ln 3/4, -ln 3/4; one is padding
    logits = np.log([[[1.0, 3.0], [1.0, 3.0]], [[1.0, 3.0], [5.0, 1.0]]])
    loss, grad = masked_cross_entropy(logits, [[0, 1], [1, 9]], pad=9)
    assert loss == pytest.approx((np.log(4) + 2 * np.log(4 / 3)) / 3, abs=1e-15)
    close(grad, np.array([[[-3, 3], [1, -1]], [[1, -1], [0, 0]]]) / 12)


def test_equal_scores_cost_the_log_of_the_vocabulary():
    for V in (2, 7, 50):
        assert masked_cross_entropy(np.zeros((2, 3, V)), np.full((2, 3), 1))[0] == pytest.approx(np.log(V))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_without_padding_it_is_the_cross_entropy_of_chapter_3(dtype):
    logits, y = numbers(3, 4, 5).astype(dtype), np.random.default_rng(0).integers(0, 5, (3, 4))
    loss, grad = masked_cross_entropy(logits, y, pad=-1)
    wanted, wanted_grad = softmax_cross_entropy(logits.reshape(12, 5), y.ravel())
    tolerance = 1e-14 if dtype == np.float64 else 1e-6
    assert type(loss) is float
    assert loss == pytest.approx(wanted, rel=tolerance)
    assert grad.dtype == dtype
    close(grad, wanted_grad.reshape(3, 4, 5), tolerance)


def test_the_gradient_of_the_loss_is_its_derivative():
    logits, y = numbers(3, 4, 5), np.array([[1, 2, 3, 0], [4, 0, 0, 0], [0, 1, 1, 1]])
    loss, grad = masked_cross_entropy(logits, y)
    check_gradients(lambda logits: masked_cross_entropy(logits, y)[0], {"logits": logits}, {"logits": grad})
    close(grad.sum(-1), np.zeros((3, 4)))
    same(grad[y == 0], np.zeros((5, 5)))
    words = [softmax_cross_entropy(logits[place][None], [y[place]])[0] for place in zip(*np.nonzero(y), strict=True)]
    assert loss == pytest.approx(np.mean(words), abs=1e-15)


def test_more_padding_changes_nothing():
    logits, y = numbers(2, 3, 5), np.array([[1, 2, 0], [3, 0, 0]])
    loss, grad = masked_cross_entropy(logits, y)
    wider = np.concatenate([logits, 1e6 * numbers(2, 2, 5)], axis=1)
    loss_2, grad_2 = masked_cross_entropy(wider, np.pad(y, ((0, 0), (0, 2))))
    assert loss == loss_2
    same(grad_2, np.concatenate([grad, np.zeros((2, 2, 5))], axis=1))


def test_the_loss_of_nothing_is_0():
    for shape in ((2, 3), (2, 0), (0, 3), (0, 0)):
        loss, grad = masked_cross_entropy(np.full((*shape, 4), 7.0), np.zeros(shape, int))
        assert type(loss) is float
        assert loss == 0.0
        same(grad, np.zeros((*shape, 4)))


def test_the_loss_at_extreme_values():
    loss, grad = masked_cross_entropy([[[1000.0, -1000.0], [-1e4, 1e4]]], [[1, 1]])
    assert loss == 1000.0
    same(grad, [[[0.5, -0.5], [0.0, 0.0]]])
    assert masked_cross_entropy([[[0, 5]]], [[1]])[1].dtype == np.float64


@pytest.mark.parametrize(
    ("logits", "targets", "error", "sentence"),
    [
        (np.ones((2, 3)), [[1, 1]], ValueError, "logits must have shape (B, T, V); got (2, 3)"),
        (np.ones((1, 2, 3)), [1, 1], ValueError, "targets must have shape (B, T); got (2,)"),
        (np.ones((1, 2, 3)), [[1, 1, 1]], ValueError, "targets must have shape (1, 2); got (1, 3)"),
        (np.ones((1, 2, 3)), [[1, 3]], ValueError, "targets must hold labels from 0 to 2; got 3"),
        (np.ones((1, 2, 3)), [[1, -1]], ValueError, "targets must hold labels from 0 to 2; got -1"),
        (np.ones((1, 2, 3)), [[1.0, 0.0]], TypeError, "targets must hold integers; got dtype float64"),
        ([[["a"]]], [[1]], TypeError, "logits must hold real numbers; got dtype <U1"),
    ],
)
def test_the_loss_says_what_is_wrong(logits, targets, error, sentence):
    with pytest.raises(error, match=exactly(sentence)):
        masked_cross_entropy(logits, targets)


def speaker(*scripts, V=10, eos=2):
    """Return next_logits that says each sentence's script, then eos, and a list of all prefixes that it was fed."""
    fed = []

    def next_logits(y):
        fed.append(y.copy())
        t = y.shape[1] - 1
        words = [script[t] if t < len(script) else eos for script in scripts]
        y[...] = 0  # a copy, which nobody needs any more
        return np.eye(V)[words]

    return next_logits, fed


def test_greedy_decoding_by_hand():
    next_logits, fed = speaker([5, 6], [7], [])
    assert greedy_decode(next_logits, 3) == [[5, 6], [7], []]
    assert [y.shape for y in fed] == [(3, 1), (3, 2), (3, 3)]  # and stops when all have
    assert fed[0].dtype.kind == "i"
    assert fed[-1][:, 0].tolist() == [1, 1, 1]
    assert fed[-1][0].tolist() == [1, 5, 6]
    assert fed[-1][1, :2].tolist() == [1, 7]
    assert fed[-1][2].tolist() == [1, 2, 2]


def test_a_sentence_goes_on_neither_after_its_end_nor_beyond_the_longest():
    next_logits, _ = speaker([5, 2, 6, 6], [7] * 9)
    assert greedy_decode(next_logits, 2, max_len=4) == [[5], [7] * 4]
    next_logits, fed = speaker([7] * 30)
    assert greedy_decode(next_logits, 1) == [[7] * 20]
    assert len(fed) == 20
    assert greedy_decode(speaker([7])[0], 1, max_len=0) == [[]]
    assert greedy_decode(speaker([7])[0], 1, max_len=1) == [[7]]


def test_beginning_and_end_may_have_other_numbers():
    next_logits, fed = speaker([2, 1], [3], eos=8)
    assert greedy_decode(next_logits, 2, bos=9, eos=8) == [[2, 1], [3]]
    assert fed[0].tolist() == [[9], [9]]
    assert fed[2].tolist() == [[9, 2, 1], [9, 3, 8]]


def test_the_most_likely_word_is_taken_and_the_first_of_equals():
    assert greedy_decode(lambda y: [[-5.0, -9.0, -7.0, -4.0, -4.0]], 1, max_len=2) == [[3, 3]]
    assert greedy_decode(lambda y: [[0, 1, 0], [0, 0, 1]], 2, max_len=1) == [[1], []]


def test_the_next_word_may_depend_on_the_whole_prefix():
    assert greedy_decode(lambda y: np.eye(40)[[y[0].sum() + 2]], 1, max_len=4) == [[3, 6, 12, 24]]


def test_no_sentences_need_no_words():
    assert greedy_decode(lambda y: 1 / 0, 0) == []


@pytest.mark.parametrize(
    ("found", "error", "sentence"),
    [
        (np.ones((1, 5)), ValueError, "next_logits(y) must have shape (B=2, V); got (1, 5)"),
        (np.ones((2, 1, 5)), ValueError, "next_logits(y) must have shape (B=2, V); got (2, 1, 5)"),
        (np.ones((2, 0)), ValueError, "next_logits(y) must have at least one word; got shape (2, 0)"),
        (None, TypeError, "next_logits(y) must hold real numbers; got dtype object"),
    ],
)
def test_logits_of_another_shape_are_named(found, error, sentence):
    with pytest.raises(error, match=exactly(sentence)):
        greedy_decode(lambda y: found, 2)


def test_the_sizes_of_decoding_are_counts():
    for name, given_ in (("batch_size", {"batch_size": -1}), ("max_len", {"batch_size": 1, "max_len": -1})):
        with pytest.raises(ValueError, match=exactly(f"{name} must be at least 0; got -1")):
            greedy_decode(lambda y: [[1.0]], **given_)


# ------------------------------------------------------------------- training by hand


class Slope:
    """A model whose loss is the sum of its weights times 1, 2, 4, ... in turn."""

    def __init__(self):
        self.P = {"w": np.array([1.0, -1.0]), "b": np.array([0.5])}
        self.seen = []

    def loss_grads(self, src, tin, tout):
        self.seen.append((src, tin, tout))
        g = 2.0 ** len(self.seen)
        return np.float32(100 - len(self.seen)), {"w": np.full(2, g), "b": np.array([-g])}


def test_a_translator_is_trained_with_adam_and_a_warm_up():
    model, P = Slope(), {"w": np.array([1.0, -1.0]), "b": np.array([0.5])}
    w = model.P["w"]
    history = train_translator(model, [[1]], [[2]], [[3]], steps=5, lr=0.1, warmup=2)
    assert history == [99.0, 98.0, 97.0, 96.0, 95.0]
    assert {type(loss) for loss in history} == {float}
    states = {"w": {}, "b": {}}
    for t, lr in enumerate([0.05, 0.1, 0.1, 0.1, 0.1], 1):
        for name, g in (("w", np.full(2, 2.0**t)), ("b", np.array([-(2.0**t)]))):
            P[name], states[name] = adam_step(P[name], g, states[name], lr=lr, beta2=0.98)
    close(model.P["w"], P["w"])
    close(model.P["b"], P["b"])
    assert model.P["w"] is w  # in place
    for given_ in model.seen:
        for array, wanted in zip(given_, ([[1]], [[2]], [[3]]), strict=True):
            same(array, wanted, int)


def test_no_steps_change_nothing():
    model = Slope()
    assert train_translator(model, [[1]], [[2]], [[3]], steps=0) == []
    same(model.P["w"], [1.0, -1.0])
    assert model.seen == []


@pytest.mark.parametrize(
    ("option", "sentence"),
    [
        ({"steps": -1}, "steps must be at least 0; got -1"),
        ({"lr": -1.0}, "lr must lie in [0, inf); got -1.0"),
        ({"warmup": 0}, "warmup must be at least 1; got 0"),
    ],
)
def test_options_of_training_are_looked_at(option, sentence):
    with pytest.raises(ValueError, match=exactly(sentence)):
        train_translator(Slope(), [[1]], [[2]], [[3]], **option)


# ----------------------------------------------------------------------- layers


def built(layer, shape=(5, 4), seed=3):
    """Return a layer in float64 none of whose parameters has a special value."""
    layer.build(shape)
    P = Parameters({"a": layer}, np.random.default_rng(seed), np.float64)
    P.flat[...] += np.random.default_rng(seed).normal(0, 0.3, P.flat.shape)
    return layer, P


def test_an_embedding_scales_words_and_adds_positions():
    ids = np.array([[2, 0, 2], [1, 1, 0]])
    for positions in (True, False):
        layer, P = built(Embedding(3, 4, positions=positions), (3,))
        wanted = 2 * P["a.E"][ids] + positions * positional_encoding(3, 4)
        close(layer.forward(ids), wanted)
        close(layer.forward(ids, True), wanted)
        dY = numbers(2, 3, 4)
        layer.backward_from_data(dY)
        close(layer.grads["E"], 2 * embedding_backward(dY, ids, 3))
    assert layer.build((7,)) == (7, 4)


def test_embeddings_start_with_length_1():
    layer = Embedding(500, 64)
    layer.build((5,))
    Parameters({"a": layer}, np.random.default_rng(0))
    assert abs((layer.params["E"] ** 2).sum(1).mean() - 1) < 0.02
    assert abs(layer.params["E"].mean()) < 0.002


@pytest.mark.parametrize("mask", [None, np.tri(3, dtype=bool)])
def test_encoder_backward_is_the_derivative_of_forward(mask):
    block, _ = built(EncoderBlock(2, 5))
    X, dY = numbers(2, 3, 4), numbers(2, 3, 4, seed=1)
    block.forward(X, True, mask)
    dX = block.backward(dY)
    check_gradients(lambda X: float((dY * block.forward(X, False, mask)).sum()), {"X": X}, {"X": dX})


def test_decoder_backward_is_the_derivative_of_forward():
    block, _ = built(DecoderBlock(2, 5))
    arrays = {"X": numbers(2, 3, 4), "M": numbers(2, 5, 4)}
    dY, mask, memory_mask = numbers(2, 3, 4, seed=1), np.tri(3, dtype=bool), np.arange(5) < 4
    block.forward(arrays["X"], True, arrays["M"], mask, memory_mask)
    grads = {"X": block.backward(dY), "M": block.memory_grad}
    check_gradients(lambda X, M: float((dY * block.forward(X, False, M, mask, memory_mask)).sum()), arrays, grads)
    assert block.weights.shape == (2, 2, 3, 5)
    same(block.weights[..., 4], np.zeros((2, 2, 3)))


@pytest.mark.parametrize("layer", [EncoderBlock(2, 3, 0.5), DecoderBlock(2, 3, 0.5)])
def test_blocks_drop_in_training_only(layer):
    built(layer)
    X, memory = numbers(2, 3, 4), numbers(2, 5, 4)
    context = {"memory": memory} if isinstance(layer, DecoderBlock) else {}
    rests = [layer.forward(X, True, **context) - X for _ in range(60)]
    calm = layer.forward(X, False, **context)
    same(layer.forward(X, False, **context), calm)
    assert len({rest.tobytes() for rest in rests}) == 60


# ----------------------------------------------------------------------- the model

SRC = np.array([[4, 5, 6, 7], [6, 4, 0, 0], [5, 0, 0, 0]])
TIN = np.array([[1, 5, 6], [1, 7, 0], [1, 8, 5]])
TOUT = np.array([[5, 6, 2], [7, 2, 0], [8, 5, 2]])


def small(seed=0, d_model=4, dtype=np.float64, shake=0.3, **options):
    """Return a small model; its parameters are shaken, so that none has a special value."""
    options = {"num_heads": 2, "d_ff": 5, **options}
    model = Transformer(8, 9, np.random.default_rng(seed), d_model, dtype=dtype, **options)
    model.P.flat[...] += np.random.default_rng(seed).normal(0, shake, model.P.flat.shape).astype(dtype)
    return model


def test_all_gradients_of_the_model_are_derivatives_of_its_loss():
    model = small(num_encoder_layers=2, num_decoder_layers=2)

    def loss(name, array):
        model.P[name] = array
        return masked_cross_entropy(model.forward(SRC, TIN), TOUT)[0]

    found, grads = model.loss_grads(SRC, TIN, TOUT)
    assert grads.keys() == model.P.keys()
    assert sum(grad.size for grad in grads.values()) == model.P.flat.size
    for name, grad in grads.items():
        start = model.P[name].copy()
        assert loss(name, start) == found
        check_gradients(loss, {"name": name, "array": start}, {"array": grad}, h=3e-6)
        model.P[name] = start


@pytest.mark.parametrize("options", [{"positions": False}, {"num_heads": 1}, {"num_encoder_layers": 2, "num_heads": 4}])
def test_gradients_of_other_models_are_derivatives_along_a_random_direction(options):
    model = small(**options)
    _, grads = model.loss_grads(SRC, TIN, TOUT)
    middle, way = model.P.flat.copy(), np.random.default_rng(1).normal(size=model.P.flat.shape)

    def loss(x):
        model.P.flat[...] = middle + x * way
        return masked_cross_entropy(model.forward(SRC, TIN), TOUT)[0]

    slope = float(np.concatenate([grad.ravel() for grad in grads.values()]) @ way)
    check_gradients(loss, {"x": np.array(0.0)}, {"x": np.array(slope)}, tol=1e-6)


def test_gradients_under_dropout_are_those_of_the_units_that_stayed():
    model = small(dropout=0.3)
    rng = model.source.children["dropout"]._rng
    state, before = rng.bit_generator.state, {}
    loss, grads = model.loss_grads(SRC, TIN, TOUT)

    def again(**arrays):
        for name, array in arrays.items():
            model.P[name] = array
        rng.bit_generator.state = state
        return model.loss_grads(SRC, TIN, TOUT)[0]

    before = {name: model.P[name].copy() for name in ("source.E", "decoder0.cross_attention.layer.b_out", "target.E")}
    assert again(**before) == loss
    assert loss != masked_cross_entropy(model.forward(SRC, TIN), TOUT)[0]
    for name, array in before.items():
        measured = []
        way = np.random.default_rng(2).normal(size=array.shape)
        for h in (1e-5, -1e-5):
            measured.append(again(**{name: array + h * way}))
        again(**{name: array})
        assert (measured[0] - measured[1]) / 2e-5 == pytest.approx((grads[name] * way).sum(), rel=1e-5, abs=1e-9)


def test_gradients_are_copies_and_overwrite_the_last_ones():
    model = small()
    _, first = model.loss_grads(SRC, TIN, TOUT)
    kept = {name: grad.copy() for name, grad in first.items()}
    model.loss_grads(SRC[:1], TIN[:1], TOUT[:1])
    for name, grad in first.items():
        same(grad, kept[name])
    _, again = model.loss_grads(SRC, TIN, TOUT)
    for name, grad in again.items():
        same(grad, kept[name])


def test_a_parameter_that_is_set_counts():
    model = small()
    model.P["output.W"] = np.zeros((4, 9))
    model.P["output.b"] = np.arange(9)
    same(model.forward(SRC, TIN), np.broadcast_to(np.arange(9.0), (3, 3, 9)))


def test_no_word_sees_what_comes_after_it():
    model = small(num_decoder_layers=2)
    logits = model.forward(SRC, TIN)
    for t in range(3):
        other = TIN.copy()
        other[:, t] = 3
        changed = model.forward(SRC, other) - logits
        same(changed[:, :t], np.zeros((3, t, 9)))
        assert np.abs(changed[:, t]).max() > 1e-3


def test_every_word_sees_the_whole_source_and_only_its_own():
    model = small()
    logits = model.forward(SRC, TIN)
    for b, s in np.argwhere(SRC > 0):
        other = SRC.copy()
        other[b, s] = 3
        changed = np.abs(model.forward(other, TIN) - logits).max(-1)
        assert (changed[b] > 1e-6).all()
        same(np.delete(changed, b, axis=0), np.zeros((2, 3)))


def test_padding_changes_no_word():
    model = small(num_encoder_layers=2)
    logits = model.forward(SRC, TIN)
    wide, tin = np.pad(SRC, ((0, 0), (0, 3))), np.pad(TIN, ((0, 0), (0, 2)))
    close(model.forward(wide, tin)[:, :3], logits)
    for b in range(3):
        words, said = SRC[b : b + 1, : (SRC[b] > 0).sum()], TIN[b : b + 1]
        close(model.forward(words, said)[0], logits[b])
    loss, grads = model.loss_grads(SRC, TIN, TOUT)
    wider = model.loss_grads(wide, tin, np.pad(TOUT, ((0, 0), (0, 2))))
    assert wider[0] == pytest.approx(loss, abs=1e-13)
    for name, grad in wider[1].items():
        close(grad, grads[name])


def test_without_positions_the_encoder_reads_a_bag_of_words():
    order = [2, 0, 3, 1]
    model, bag = small(), small(positions=False)
    close(bag.encode(SRC[:1, order])[0], bag.encode(SRC[:1])[0, order])
    close(bag.forward(SRC[:1, order], TIN[:1]), bag.forward(SRC[:1], TIN[:1]))
    assert np.abs(model.forward(SRC[:1, order], TIN[:1]) - model.forward(SRC[:1], TIN[:1])).max() > 1e-3
    assert bag.P.keys() == model.P.keys()


@pytest.mark.parametrize("run", [lambda model: model.forward(SRC, TIN), lambda model: model.generate(SRC)])
def test_outside_training_nothing_is_remembered(run):
    model = small()
    model.forward(SRC[:1], TIN[:1], training=True)
    run(model)
    model.backward(numbers(1, 3, 9))  # what is remembered is the batch of the training
    fresh = small()
    run(fresh)
    for call in (
        lambda: fresh.backward(numbers(3, 3, 9)),
        lambda: fresh.target.backward_from_data(numbers(3, 3, 4)),
        lambda: fresh.source.backward_from_data(numbers(3, 4, 4)),
        lambda: fresh.encoder[0].backward(numbers(3, 4, 4)),
        lambda: fresh.encoder_norm.backward(numbers(3, 4, 4)),
        lambda: fresh.decoder_norm.backward(numbers(3, 3, 4)),
        lambda: fresh.decoder[0].backward(numbers(3, 3, 4)),
        lambda: fresh.decoder[0].cross_attention.backward(numbers(3, 3, 4)),
        lambda: fresh.decoder[0].self_attention.backward(numbers(3, 3, 4)),
    ):
        with pytest.raises(RuntimeError, match=r"^call forward with training=True before backward: "):
            call()


def test_the_memory_keeps_one_vector_a_word_with_mean_and_variance_of_a_norm():
    model = Transformer(8, 9, np.random.default_rng(0))
    memory = model.encode(SRC)
    assert memory.shape == (3, 4, 32)
    close(memory.mean(-1), np.zeros((3, 4)), 1e-6)
    close(memory.var(-1), np.ones((3, 4)), 1e-3)
    same(model.decode(TIN, memory, SRC), model.forward(SRC, TIN), np.float32)


def test_attention_weights_are_those_of_the_last_decoding():
    model = small(num_decoder_layers=2)
    model.forward(SRC, TIN)
    weights = model.attention_weights
    assert weights.shape == (2, 3, 2, 3, 4)
    close(weights.sum(-1), np.ones((2, 3, 2, 3)))
    same(weights[:, 1, :, :, 2:], np.zeros((2, 2, 3, 2)))
    said = model.generate(SRC[:1], max_len=3)
    steps = min(len(said[0]) + 1, 3)  # the end is said, too
    assert model.attention_weights.shape == (2, 1, 2, steps, 4)
    model.forward(SRC, TIN)
    same(model.attention_weights, weights)


def test_generating_takes_the_most_likely_word_each_time():
    model = small(seed=2)
    said = model.generate(SRC, max_len=4)
    assert any(said)
    for b, words in enumerate(said):
        y = [1]
        for _ in range(4):
            word = int(model.forward(SRC[b : b + 1], [y])[0, -1].argmax())
            if word == 2:
                break
            y.append(word)
        assert words == y[1:]
    assert model.generate(SRC, max_len=0) == [[], [], []]
    assert all(len(words) <= 20 for words in model.generate(SRC))


def test_own_attention_functions_are_used_throughout():
    calls = []

    def own(*given):
        calls.append("forward")
        return attention(*given)

    def own_backward(*given):
        calls.append("backward")
        return attention_backward(*given)

    options = {"num_encoder_layers": 2, "num_decoder_layers": 2}
    loss, grads = small(**options).loss_grads(SRC, TIN, TOUT)
    found = small(**options, attention=own, attention_backward=own_backward).loss_grads(SRC, TIN, TOUT)
    assert calls == ["forward"] * 6 + ["backward"] * 6
    assert found[0] == pytest.approx(loss, abs=1e-14)
    for name, grad in found[1].items():
        close(grad, grads[name])


@pytest.mark.parametrize("dtype", [np.float32, np.float64, "float32"])
def test_the_dtype_is_kept_from_the_first_to_the_last_array(dtype):
    model = small(dtype=np.dtype(dtype), dropout=0.25)
    assert model.encode(SRC).dtype == dtype
    assert model.forward(SRC, TIN, training=True).dtype == dtype
    loss, grads = model.loss_grads(SRC, TIN, TOUT)
    assert type(loss) is float
    assert {grad.dtype for grad in grads.values()} == {np.dtype(dtype)}
    assert model.attention_weights.dtype == dtype
    assert model.encoder[0].attention.layer._recall()[0].dtype == dtype
    model.fit(SRC, TIN, TOUT, np.random.default_rng(0), epochs=2)
    assert model.P.flat.dtype == dtype


def test_the_same_seed_gives_the_same_model_and_training():
    found = []
    for seed in (0, 0, 1):
        model = Transformer(8, 9, np.random.default_rng(seed), dropout=0.1)
        history = model.fit(SRC, TIN, TOUT, np.random.default_rng(seed), epochs=3, batch_size=2)
        found.append((history, model.P.flat.tobytes()))
    assert found[0] == found[1]
    assert found[0] != found[2]


def test_one_word_and_none():
    model = small()
    for S, T in ((1, 1), (0, 1), (1, 0), (0, 0)):
        logits = model.forward(np.full((2, S), 4), np.full((2, T), 1))
        assert logits.shape == (2, T, 9)
        assert np.isfinite(logits).all()
        loss, grads = model.loss_grads(np.full((2, S), 4), np.full((2, T), 1), np.full((2, T), 5))
        assert np.isfinite(loss)
        assert all(np.isfinite(grad).all() for grad in grads.values())
    assert model.forward(np.empty((0, 3)), np.empty((0, 2))).shape == (0, 2, 9)
    assert model.generate(np.empty((0, 3))) == []
    # a source of nothing but padding is like none
    close(model.forward([[0, 0]], [[1, 5]]), model.forward(np.empty((1, 0)), [[1, 5]]))


def test_large_weights_leave_everything_finite():
    model = small()
    model.P.flat[...] *= 1e3
    loss, grads = model.loss_grads(SRC, TIN, TOUT)
    assert np.isfinite(loss)
    assert all(np.isfinite(grad).all() for grad in grads.values())


def test_inputs_are_left_as_they_were():
    arrays = [array.copy() for array in (SRC, TIN, TOUT)]
    for array in arrays:
        array.flags.writeable = False
    model = small()
    model.loss_grads(*arrays)
    model.fit(*arrays, np.random.default_rng(0), epochs=1)
    model.generate(arrays[0])
    dlogits = numbers(3, 3, 9)
    dlogits.flags.writeable = False
    model.forward(*arrays[:2], training=True)
    model.backward(dlogits)


def test_the_parameters_have_the_names_and_shapes_of_the_chapter():
    model = Transformer(8, 9, np.random.default_rng(0), 4, 2, 5, num_encoder_layers=1, num_decoder_layers=2)
    norm = {"gamma": (4,), "beta": (4,)}
    heads = {"W_in": (4, 12), "b_in": (12,), "W_out": (4, 4), "b_out": (4,)}
    feedforward = {"hidden.W": (4, 5), "hidden.b": (5,), "output.W": (5, 4), "output.b": (4,)}
    wanted = {"source.E": (8, 4), "target.E": (9, 4), "output.W": (4, 9), "output.b": (9,)}
    parts = {"encoder0.attention": heads, "encoder0.feedforward": feedforward}
    for i in range(2):
        parts |= {f"decoder{i}.{name}": heads for name in ("self_attention", "cross_attention")}
        parts |= {f"decoder{i}.feedforward": feedforward}
    for part, shapes in parts.items():
        wanted |= {f"{part}.norm.{name}": shape for name, shape in norm.items()}
        wanted |= {f"{part}.layer.{name}": shape for name, shape in shapes.items()}
    for side in ("encoder_norm", "decoder_norm"):
        wanted |= {f"{side}.{name}": shape for name, shape in norm.items()}
    assert {name: model.P[name].shape for name in model.P} == wanted


@pytest.mark.parametrize(
    ("options", "error", "sentence"),
    [
        ({"rng": 0}, TypeError, "rng must be a generator such as np.random.default_rng(0); got 0"),
        ({"source_vocab_size": 0}, ValueError, "vocab_size must be at least 1; got 0"),
        ({"target_vocab_size": 0}, ValueError, "vocab_size must be at least 1; got 0"),
        ({"d_model": 0}, ValueError, "d_model must be at least 1; got 0"),
        ({"d_model": 33}, ValueError, "d_model must be a multiple of num_heads=2; got 33"),
        ({"num_heads": 0}, ValueError, "num_heads must be at least 1; got 0"),
        ({"d_ff": 0}, ValueError, "units must be at least 1; got 0"),
        ({"num_encoder_layers": 0}, ValueError, "num_encoder_layers must be at least 1; got 0"),
        ({"num_decoder_layers": 0}, ValueError, "num_decoder_layers must be at least 1; got 0"),
        ({"dropout": 1.5}, ValueError, "rate must lie in [0, 1]; got 1.5"),
        ({"dtype": np.int64}, ValueError, "dtype must be float32 or float64; got int64"),
    ],
)
def test_what_a_model_is_made_with_is_looked_at(options, error, sentence):
    given_ = {"source_vocab_size": 8, "target_vocab_size": 9, "rng": np.random.default_rng(0)} | options
    with pytest.raises(error, match=exactly(sentence)):
        Transformer(**given_)


@pytest.mark.parametrize(
    ("src", "tin", "error", "sentence"),
    [
        ([4], [[1]], ValueError, "src must have shape (B, T); got (1,)"),
        ([[8]], [[1]], ValueError, "src must hold labels from 0 to 7; got 8"),
        ([[-1]], [[1]], ValueError, "src must hold labels from 0 to 7; got -1"),
        ([[4.0]], [[1]], TypeError, "src must hold integers; got dtype float64"),
        ([[4]], [1], ValueError, "tgt_in must have shape (B=1, T); got (1,)"),
        ([[4]], [[9]], ValueError, "tgt_in must hold labels from 0 to 8; got 9"),
        ([[4]], [[1.0]], TypeError, "tgt_in must hold integers; got dtype float64"),
        ([[4]], [[1], [1]], ValueError, "tgt_in must have shape (B=1, T); got (2, 1)"),
    ],
)
def test_words_that_no_model_knows_are_named(src, tin, error, sentence):
    with pytest.raises(error, match=exactly(sentence)):
        small().forward(src, tin)


# ------------------------------------------------------------------ fitting and translating


def test_fitting_is_adam_on_all_batches_of_all_epochs():
    model, twin = small(), small()
    data = SRC, np.stack((TIN, TOUT), 1)
    history = model.fit(SRC, TIN, TOUT, np.random.default_rng(5), epochs=3, batch_size=2, lr=0.02, warmup=4)
    rng, state, t, wanted = np.random.default_rng(5), {}, 0, []
    for _ in range(3):
        order = rng.permutation(3)
        losses = []
        for rows in (order[:2], order[2:]):
            loss, grads = twin.loss_grads(data[0][rows], data[1][rows, 0], data[1][rows, 1])
            t += 1
            flat = np.concatenate([grad.ravel() for grad in grads.values()])
            twin.P.flat[...], state = adam_step(twin.P.flat, flat, state, lr=0.02 * min(1, t / 4), beta2=0.98)
            losses.append(loss)
        wanted.append(np.mean(losses))
    close(history, wanted)
    close(model.P.flat, twin.P.flat)
    assert {type(loss) for loss in history} == {float}


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"epochs": -1}, "epochs must be at least 0; got -1"),
        ({"batch_size": 0}, "batch_size must be at least 1; got 0"),
        ({"lr": -1.0}, "lr must lie in [0, inf); got -1.0"),
        ({"warmup": 0}, "warmup must be at least 1; got 0"),
        ({"src": SRC[:2]}, "y must have shape (n=2, 2, 3); got (3, 2, 3)"),
    ],
)
def test_options_of_fitting_are_looked_at(options, sentence):
    given_ = {"src": SRC, "tin": TIN, "tout": TOUT, "rng": np.random.default_rng(0), "epochs": 1} | options
    with pytest.raises(ValueError, match=exactly(sentence)):
        small().fit(**given_)


def prepared(train):
    """Return both vocabularies, and what a model learns from."""
    source, target = (build_vocab([pair[side] for pair in train]) for side in (0, 1))
    src = encode_batch([korean for korean, _ in train], source)
    tin, tout = decoder_io([[target[word] for word in english.split()] for _, english in train])
    return source, target, src, tin, tout


def share_right(model, pairs, source, target):
    said = model.translate([korean for korean, _ in pairs], source, target)
    return sum(found == english for found, (_, english) in zip(said, pairs, strict=True)) / len(pairs)


def trained(seed, positions):
    """Train on 390 pairs of the corpus; return the model, the vocabularies, and both halves of the split."""
    train, test = hold_out(translation_pairs(), 98, np.random.default_rng(seed))
    source, target, *data = prepared(train)
    rng = np.random.default_rng(seed)
    model = Transformer(len(source), len(target), rng, positions=positions)
    model.fit(*data, rng, epochs=30, lr=7e-3)
    return model, (source, target), train, test


def test_a_translator_learns_the_corpus_and_sentences_it_never_saw():
    model, vocabularies, train, test = trained(0, positions=True)
    assert share_right(model, train, *vocabularies) == 1.0
    assert share_right(model, test, *vocabularies) >= 0.95
    assert model.translate([NOTES_PAIR[0]], *vocabularies) == [NOTES_PAIR[1]]
    assert model.translate(["어제 코끼리 갔었어"], *vocabularies, max_len=1) == ["I"]


def test_without_positions_no_translator_can_tell_twins_apart():
    model, vocabularies, train, test = trained(0, positions=False)
    assert share_right(model, train, *vocabularies) < 0.85
    assert share_right(model, test, *vocabularies) < 0.8
    assert model.translate([NOTES_PAIR[0]], *vocabularies) == [NOTES_PAIR[1]]
    said = model.translate(["강아지 고양이 쫓았어", "고양이 강아지 쫓았어"], *vocabularies)
    assert said[0] == said[1]


@pytest.mark.parametrize("own", [{}, {"attention": attention, "attention_backward": attention_backward}])
def test_the_exercise_succeeds_in_200_steps(own):
    pairs = small_translation_pairs()
    source, target, *data = prepared(pairs[:30])
    model = Transformer(len(source), len(target), np.random.default_rng(0), **own)
    history = train_translator(model, *data)
    assert len(history) == 200
    assert 3 < history[0] < 5
    assert history[4] < history[0]
    assert history[-1] < 0.01
    assert share_right(model, pairs[:30], source, target) == 1.0
    assert share_right(model, pairs[30:], source, target) >= 0.75
    said = model.translate(["강아지 고양이 쫓았어", "고양이 강아지 쫓았어", NOTES_PAIR[0]], source, target)
    assert said == ["The dog chased the cat", "The cat chased the dog", NOTES_PAIR[1]]


def test_without_positions_the_exercise_cannot_be_solved():
    source, target, *data = prepared(small_translation_pairs()[:30])
    model = Transformer(len(source), len(target), np.random.default_rng(0), positions=False)
    history = train_translator(model, *data)
    # of each twin's words one is a coin's toss: 6 sentences cost ln 2 each
    floor = 6 * np.log(2) / np.count_nonzero(data[2])
    assert floor < history[-1] < floor + 0.01
    assert share_right(model, small_translation_pairs()[:30], source, target) == 27 / 30


# ------------------------------------------------------------------- PyTorch

RECORDED = parity.load("transformer")


def taken_over(layer, case, dtype, shape=(6,)):
    """Return a layer with PyTorch's numbers."""
    layer.build(shape)
    P = Parameters({"a": layer}, np.random.default_rng(0), dtype)
    recorded = {key[2:] for key in case if key.startswith("P:")}
    assert {name.removeprefix("a.") for name in P} == recorded
    for name in recorded:
        P[f"a.{name}"] = case[f"P:{name}"]
    return P


def assert_gradients(P, case, dtype, prefix=""):
    for name, grad in P.grads.items():
        assert grad.dtype == dtype
        parity.assert_close(grad, case[f"G:{name.removeprefix(prefix)}"].astype(dtype))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_pytorch_has_the_same_encoder_layer(dtype):
    case, block = RECORDED["encoder layer"], EncoderBlock(2, 10)
    P = taken_over(block, case, dtype)
    X, dY = case["X"].astype(dtype), case["dY"].astype(dtype)
    parity.assert_close(block.forward(X, True, case["mask"]), case["Y"].astype(dtype))
    parity.assert_close(block.backward(dY), case["dX"].astype(dtype))
    assert_gradients(P, case, dtype, "a.")


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_pytorch_has_the_same_decoder_layer(dtype):
    case, block = RECORDED["decoder layer"], DecoderBlock(2, 10)
    P = taken_over(block, case, dtype)
    X, M, dY = (case[key].astype(dtype) for key in ("X", "M", "dY"))
    parity.assert_close(block.forward(X, True, M, case["mask"], case["memory_mask"]), case["Y"].astype(dtype))
    parity.assert_close(block.backward(dY), case["dX"].astype(dtype))
    parity.assert_close(block.memory_grad, case["dM"].astype(dtype))
    assert_gradients(P, case, dtype, "a.")


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_pytorch_has_the_same_transformer(dtype):
    case = RECORDED["whole"]
    model = Transformer(9, 11, np.random.default_rng(0), 6, 2, 10, 2, 2, dtype=dtype)
    assert {key[2:] for key in case if key.startswith("P:")} == model.P.keys()
    for name in model.P:
        model.P[name] = case[f"P:{name}"]
    logits = case["logits"].astype(dtype)
    words = case["tin"] != 0  # what PyTorch says after padding is nobody's business
    parity.assert_close(model.forward(case["src"], case["tin"])[words], logits[words])
    loss, grads = model.loss_grads(case["src"], case["tin"], case["tout"])
    parity.assert_close(loss, case["loss"].astype(dtype))
    assert grads.keys() == model.P.keys()
    assert_gradients(model.P, case, dtype)


if parity.HAS_TORCH:

    @pytest.mark.filterwarnings("ignore:enable_nested_tensor")
    def test_the_recorded_numbers_are_those_of_the_installed_pytorch():
        now = parity.computed_now("transformer")
        assert now.keys() == RECORDED.keys()
        for name, case in now.items():
            assert case.keys() == RECORDED[name].keys()
            for key, value in case.items():
                if value.dtype.kind == "f":
                    parity.assert_close(RECORDED[name][key], value)
                else:
                    np.testing.assert_array_equal(RECORDED[name][key], value)
