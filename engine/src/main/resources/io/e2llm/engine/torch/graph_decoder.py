# A decoder as autograd can differentiate it: whole sequences, no cache, frozen weights, and LoRA (Hu
# et al., ICLR 2022) beside them. Products are computed in the weights' type; norms, positions,
# attention, what layers add to and the loss in fp32, and so are LoRA's own values.

# x [rows, heads, size] turned; cos and sin [rows, 1, size / 2]
def turned(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
  half = x.size(2) // 2
  a = x.narrow(2, 0, half)
  b = x.narrow(2, half, half)
  return torch.cat([a * cos - b * sin, b * cos + a * sin], 2)

# x [rows, kv_heads, size] -> [1, kv_heads * group, rows, size]
def for_groups(x: Tensor, group: int) -> Tensor:
  (rows, kv_heads, size) = x.size()
  return x.unsqueeze(2).expand([rows, kv_heads, group, size]).reshape([rows, kv_heads * group, size]).transpose(0, 1).unsqueeze(0)

class GraphDecoder(Module):
  __parameters__ = []
  __buffers__ = []
  heads : int
  kv_heads : int
  epsilon : float
  # what LoRA's product is multiplied by, see lora.py
  factor : float
  # rotary frequencies [size / 2], embedding [vocabulary, hidden], final norm, head
  ends : List[Tensor]
  # norm, q, k, v, o, norm, gate, up, down and biases of q, k, v if there are any, layer after layer
  weights : List[Tensor]
  per_layer : int
  # libtorch's type of weights and products
  dtype : int

  # The next tensors, copied: the caller's memory may be freed. With `layer` a layer's, else the ends.
  def load(self: __torch__.GraphDecoder, tensors: List[Tensor], layer: Tensor) -> Tensor:
    for i in range(len(tensors)):
      kept = torch.clone(tensors[i])
      if not bool(layer):
        self.ends.append(kept)
      elif i == 0 or i == 5:
        self.weights.append(kept)
      else:
        self.weights.append(kept.to(self.dtype))
    if not bool(layer):
      head = self.ends.pop() if len(tensors) > 3 else self.ends[1]
      self.ends.append(head.to(self.dtype))
    return layer

  # positions [rows] and segments [rows] -> cos and sin [rows, 1, size / 2] and the mask [rows, rows].
  # A row sees itself and rows before it, of segment 0 and of its own.
  def view(self: __torch__.GraphDecoder, positions: Tensor, segments: Tensor) -> List[Tensor]:
    angles = torch.outer(positions.to(6), self.ends[0]).unsqueeze(1)
    rows = torch.arange(positions.size(0))
    before = rows.unsqueeze(1) >= rows.unsqueeze(0)
    near = torch.logical_or(segments.unsqueeze(0) == 0, segments.unsqueeze(1) == segments.unsqueeze(0))
    hidden = torch.logical_not(torch.logical_and(before, near))
    return [torch.cos(angles), torch.sin(angles), torch.masked_fill(torch.zeros(hidden.size()), hidden, -inf)]

  # ids [rows]; soft [n, hidden] stands at soft_rows [n] in place of ids -> [rows, hidden]
  def embed(self: __torch__.GraphDecoder, ids: Tensor, soft: Tensor, soft_rows: Tensor) -> Tensor:
    return torch.index_copy(torch.embedding(self.ends[1], ids), 0, soft_rows, soft)

  # x [rows, hidden] -> the same behind a layer. mask [rows, rows] is added to the scores; lora as of
  # `adapted`, for q, k, v, o, gate, up, down.
  def layer(self: __torch__.GraphDecoder, x: Tensor, which: Tensor, cos: Tensor, sin: Tensor, mask: Tensor, lora: List[Tensor]) -> Tensor:
    at = int(which) * self.per_layer
    w = self.weights[at:at + self.per_layer]
    biases = annotate(List[Optional[Tensor]], [None, None, None])
    if self.per_layer > 9:
      biases = annotate(List[Optional[Tensor]], [w[9], w[10], w[11]])
    rows = x.size(0)
    h = torch.rms_norm(x, [x.size(1)], w[0], self.epsilon).to(self.dtype)
    q = __torch__.adapted(h, w[1], biases[0], lora, 0, self.factor)
    size = q.size(1) // self.heads
    q = __torch__.turned(q.to(6).view([rows, self.heads, size]), cos, sin).transpose(0, 1).unsqueeze(0)
    k = __torch__.turned(__torch__.adapted(h, w[2], biases[1], lora, 1, self.factor).to(6).view([rows, self.kv_heads, size]), cos, sin)
    v = __torch__.adapted(h, w[3], biases[2], lora, 2, self.factor).to(6).view([rows, self.kv_heads, size])
    group = self.heads // self.kv_heads
    seen = torch.scaled_dot_product_attention(q, __torch__.for_groups(k, group), __torch__.for_groups(v, group), mask)
    seen = seen.squeeze(0).transpose(0, 1).reshape([rows, self.heads * size]).to(self.dtype)
    x = x + __torch__.adapted(seen, w[4], None, lora, 3, self.factor).to(6)
    h = torch.rms_norm(x, [x.size(1)], w[5], self.epsilon).to(self.dtype)
    inner = torch.silu(__torch__.adapted(h, w[6], None, lora, 4, self.factor)) * __torch__.adapted(h, w[7], None, lora, 5, self.factor)
    return x + __torch__.adapted(inner, w[8], None, lora, 6, self.factor).to(6)

  # x [rows, hidden] behind the last layer -> logits [m, vocabulary] of the m wanted rows
  def logits(self: __torch__.GraphDecoder, x: Tensor, wanted: Tensor) -> Tensor:
    x = torch.index_select(x, 0, wanted)
    x = torch.rms_norm(x, [x.size(1)], self.ends[2], self.epsilon).to(self.dtype)
    return torch.linear(x, self.ends[3]).to(6)

  # The sum of the wanted rows' weighted negative log-likelihoods of targets [m], and each of them [m].
  def loss(self: __torch__.GraphDecoder, x: Tensor, wanted: Tensor, targets: Tensor, weights: Tensor) -> List[Tensor]:
    nats = torch.cross_entropy_loss(self.logits(x, wanted), targets, None, 0)
    return [torch.sum(nats * weights), nats.detach()]

  # What the wanted rows say of all tokens, as log-probabilities [m, vocabulary].
  def distribution(self: __torch__.GraphDecoder, x: Tensor, wanted: Tensor) -> Tensor:
    return torch.log_softmax(self.logits(x, wanted), 1)

  # As `loss`, but of each row's loss the share [1] is the Kullback-Leibler divergence from a teacher's
  # distribution [m, vocabulary], and the rest the negative log-likelihood.
  def distilled(self: __torch__.GraphDecoder, x: Tensor, wanted: Tensor, targets: Tensor, weights: Tensor, teacher: Tensor, share: Tensor) -> List[Tensor]:
    own = self.distribution(x, wanted)
    nats = torch.neg(torch.squeeze(torch.gather(own, 1, targets.unsqueeze(1)), 1))
    divergence = torch.sum(torch.exp(teacher) * (teacher - own), [1])
    mixed = nats + share * (divergence - nats)
    return [torch.sum(mixed * weights), nats.detach()]
