"""Fine-tune a small Chinese encoder on the labelled clauses: an experiment, see README.md; needs torch and a GPU.

train.py pretrain DATA ENCODER OUT SECONDS      masked words of the unlabelled documents (float16 arrays in OUT)
train.py fit DATA ENCODER OUT FOLD              the label model, trained without the documents of FOLD (-1: with all)
train.py teach DATA FITS OUT 0                  DATA with probabilities of the unlabelled clauses, the means of FITS/*_{FOLD}.npz

DATA is an npz: ``{train,unlabelled}_{heading,text}`` token numbers end to end with ``…_n`` their counts, ``documents`` token numbers of all
documents with [SEP] between, ``labels`` (clauses, types), ``sure`` (clauses,), ``fold`` (clauses,), ``special`` of [PAD] [UNK] [CLS]
[SEP] [MASK], ``soft_fold`` (unlabelled,) the fold of each unlabelled clause's document, as export.py writes it; and where it went through
``teach`` ``soft_{FOLD}`` (unlabelled, types) probabilities times 255 by teachers that never saw FOLD. ENCODER is an npz of arrays named
as ``Encoder`` names them.
"""

import sys
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as fn

WIDTH, HEADS, LAYERS, TYPES = 512, 8, 4, 7
LONGEST, LONGEST_HEADING = 384, 48
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"


class Layer(nn.Module):
    """One layer of BERT: attention, then two linear maps, each added and normalised."""

    def __init__(self):
        super().__init__()
        self.q, self.k, self.v, self.o = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.i, self.d = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)
        self.n1, self.n2 = nn.LayerNorm(WIDTH, 1e-12), nn.LayerNorm(WIDTH, 1e-12)

    def forward(self, x, mask):
        """(batch, length, WIDTH) to the same; ``mask`` is False on padding."""
        batch, length, _ = x.shape
        q, k, v = (part(x).view(batch, length, HEADS, -1).transpose(1, 2) for part in (self.q, self.k, self.v))
        seen = fn.scaled_dot_product_attention(q, k, v, attn_mask=mask, dropout_p=0.1 if self.training else 0.0)
        x = self.n1(x + fn.dropout(self.o(seen.transpose(1, 2).reshape(x.shape)), 0.1, self.training))
        return self.n2(x + fn.dropout(self.d(fn.gelu(self.i(x))), 0.1, self.training))


class Encoder(nn.Module):
    """BERT without its last pooling; ``w`` tokens, ``pos`` places, ``typ`` 0 for the heading and 1 for the clause."""

    def __init__(self, tokens, pad):
        super().__init__()
        self.pad = pad
        self.w, self.pos, self.typ = nn.Embedding(tokens, WIDTH), nn.Embedding(512, WIDTH), nn.Embedding(2, WIDTH)
        self.n = nn.LayerNorm(WIDTH, 1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))

    def forward(self, ids, part):
        """(batch, length, WIDTH) of token numbers and parts, both (batch, length)."""
        mask = (ids != self.pad)[:, None, None, :]
        x = fn.dropout(self.n(self.w(ids) + self.pos.weight[: ids.shape[1]] + self.typ(part)), 0.1, self.training)
        for layer in self.layers:
            x = layer(x, mask)
        return x


class Labels(nn.Module):
    """First token, mean and maximum over the clause, one linear output a type."""

    def __init__(self, encoder):
        super().__init__()
        self.b, self.out = encoder, nn.Linear(3 * WIDTH, TYPES)

    def forward(self, ids, part):
        """Scores (batch, TYPES) before calibration."""
        x = self.b(ids, part)
        inside = ((ids != self.b.pad) & (part == 1))[..., None]
        mean = (x * inside).sum(1) / inside.sum(1)
        most = x.masked_fill(~inside, -1e4).max(1)[0]
        return self.out(fn.dropout(torch.cat([x[:, 0], mean, most], 1), 0.2, self.training))


def load(data, arrays):
    encoder = Encoder(arrays["w.weight"].shape[0], int(data["special"][0]))
    encoder.load_state_dict({name: torch.tensor(arrays[name].astype(np.float32)) for name in arrays.files})
    return encoder


def stored(net):
    return {name: value.half().cpu().numpy() for name, value in net.state_dict().items()}


def rows(data, name):
    """[CLS] heading [SEP] clause [SEP]; of a long clause two thirds from its beginning and the rest from its end."""
    _, _, cls, sep, _ = data["special"].tolist()
    parts = []
    for kind in ("heading", "text"):
        parts.append(np.split(data[f"{name}_{kind}"].astype(np.int64), np.cumsum(data[f"{name}_{kind}_n"])[:-1]))
    for heading, text in zip(*parts, strict=True):
        head = np.concatenate([[cls], heading[:LONGEST_HEADING], [sep]])
        room = LONGEST - len(head) - 1
        if len(text) > room:
            text = np.concatenate([text[: room * 2 // 3], text[len(text) - (room - room * 2 // 3) :]])
        yield np.concatenate([head, text, [sep]]), len(head)


def batch(some, pad):
    length = -(-max(len(row) for row, _ in some) // 32) * 32
    ids, part = np.full((len(some), length), pad), np.zeros((len(some), length), int)
    for n, (row, head) in enumerate(some):
        ids[n, : len(row)], part[n, head : len(row)] = row, 1
    return torch.tensor(ids).to(DEVICE), torch.tensor(part).to(DEVICE)


def fit(data, arrays, fold, soft=12000, rounds=3, size=32):
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    net = Labels(load(data, arrays)).to(DEVICE)
    known, more = list(rows(data, "train")), list(rows(data, "unlabelled"))
    extra = np.flatnonzero(((data["soft_fold"] != fold) | (fold < 0)) & (np.array([len(row) for row, _ in more]) > 30))
    extra = rng.choice(extra, min(soft, len(extra)) if f"soft_{fold}" in data else 0, replace=False)
    held = np.flatnonzero(data["fold"] == fold)
    use = np.concatenate([np.flatnonzero(data["fold"] != fold), len(known) + np.arange(len(extra))])
    texts = known + [more[n] for n in extra]
    taught = data[f"soft_{fold}"][extra] / 255 if len(extra) else np.empty((0, TYPES))
    truth = torch.tensor(np.concatenate([data["labels"], taught]).astype(np.float32))
    weight = torch.tensor(np.concatenate([np.where(data["sure"] == 1, 1, 0.25), np.full(len(extra), 0.5)]).astype(np.float32))
    body, head = list(net.b.parameters()), list(net.out.parameters())
    optimizer = torch.optim.AdamW([{"params": body, "lr": 1e-4}, {"params": head, "lr": 1e-3}], weight_decay=0.01)
    steps = rounds * -(-len(use) // size)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda n: min(1, (n + 1) / (0.1 * steps)) * max(0.0, 1 - n / steps))
    for _ in range(rounds):
        net.train()
        for chosen in np.array_split(rng.permutation(use), -(-len(use) // size)):
            ids, part = batch([texts[n] for n in chosen], net.b.pad)
            with torch.autocast(DEVICE, torch.bfloat16):
                scores = net(ids, part).float()
            loss = fn.binary_cross_entropy_with_logits(scores, truth[chosen].to(DEVICE), reduction="none").sum(1)
            optimizer.zero_grad()
            (loss * weight[chosen].to(DEVICE)).mean().backward()
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            schedule.step()
    return {"held": held, "scores": scored(net, [known[n] for n in held]), "unlabelled": scored(net, more), **stored(net)}


def scored(net, texts):
    net.eval()
    with torch.no_grad():
        parts = [net(*batch(texts[start : start + 256], net.b.pad)).cpu().numpy() for start in range(0, len(texts), 256)]
    return np.concatenate([np.empty((0, TYPES), np.float32), *parts])


def teach(data, fits):
    """``data`` with what the fits in the folder say of the unlabelled clauses."""
    soft = {}
    for fold in sorted({path.stem.rpartition("_")[2] for path in fits.glob("*_*.npz")}):
        said = [1 / (1 + np.exp(-np.load(path)["unlabelled"])) for path in sorted(fits.glob(f"*_{fold}.npz"))]
        soft[f"soft_{fold}"] = np.round(255 * np.mean(said, axis=0)).astype(np.uint8)
    return {**data, **soft}


def pretrain(data, arrays, seconds, size=128, length=256):
    torch.manual_seed(0)
    encoder = load(data, arrays).to(DEVICE)
    tokens = encoder.w.weight.shape[0]
    head = nn.Sequential(nn.Linear(WIDTH, WIDTH), nn.GELU(), nn.LayerNorm(WIDTH)).to(DEVICE)
    optimizer = torch.optim.AdamW([*encoder.parameters(), *head.parameters()], lr=3e-4, weight_decay=0.01)
    text = torch.tensor(data["documents"].astype(np.int64)).to(DEVICE)
    mask = int(data["special"][4])
    started = time.monotonic()
    while (done := (time.monotonic() - started) / seconds) < 1:
        optimizer.param_groups[0]["lr"] = 3e-4 * min(1, done / 0.06) * (1 - done)
        start = torch.randint(0, len(text) - length, (size, 1), device=DEVICE)
        ids = text[start + torch.arange(length, device=DEVICE)]
        # Runs of one to three characters are hidden: a single one in a word is too easy.
        first, second, third, how = (torch.rand(ids.shape, device=DEVICE) for _ in range(4))
        begin = first < 0.08
        hidden = begin | (begin.roll(1, 1) & (second < 0.7)) | (begin.roll(2, 1) & (third < 0.3))
        given = torch.where(hidden & (how < 0.8), mask, ids)
        given = torch.where(hidden & (how > 0.9), torch.randint(0, tokens, ids.shape, device=DEVICE), given)
        with torch.autocast(DEVICE, torch.bfloat16):
            guess = fn.linear(head(encoder(given, torch.zeros_like(given))[hidden]), encoder.w.weight)
        optimizer.zero_grad()
        fn.cross_entropy(guess.float(), ids[hidden]).backward()
        nn.utils.clip_grad_norm_(encoder.parameters(), 1.0)
        optimizer.step()
    return stored(encoder)


if __name__ == "__main__":
    verb, data_file, given, out, number = sys.argv[1:]
    shared = dict(np.load(data_file))
    if verb == "teach":
        made = teach(shared, Path(given))
    else:
        made = pretrain(shared, np.load(given), float(number)) if verb == "pretrain" else fit(shared, np.load(given), int(number))
    np.savez(out, **made)
