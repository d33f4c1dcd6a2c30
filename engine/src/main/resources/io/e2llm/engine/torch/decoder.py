# A decoder-only language model of any family: embeddings, the family's layers, head, and the cache
# of keys and values. The family's file says what a layer is.
class Decoder(Module):
  __parameters__ = []
  __buffers__ = []
  layers : int
  heads : int
  # kv_heads, head_size, sliding window (0: none)
  sizes : List[int]
  epsilon : float
  device : str
  dtype : int
  # embedding [vocabulary, hidden], final norm [hidden], rotary frequencies [head_size / 2], and the
  # head [vocabulary, hidden] unless it is the embedding
  shared : List[Tensor]
  # what the family's `prepare` made, layer after layer
  weights : List[Tensor]
  # segments of keys and values [layers, 2 kv_heads, capacity, head_size]; see open_views
  cache : List[Tensor]

  # The tensors of `shared`. All is copied: the caller's memory may be freed.
  def load_shared(self: __torch__.Decoder, tensors: List[Tensor]) -> NoneType:
    device = torch.device(self.device)
    self.shared.append(torch.clone(tensors[0].to(device).to(self.dtype)))
    self.shared.append(torch.clone(tensors[1].to(device).to(self.dtype)))
    self.shared.append(torch.clone(tensors[2].to(device)))
    if len(tensors) > 3:
      self.shared.append(__torch__.pack(tensors[3].to(device).to(self.dtype)))
    return None

  # The next layer's tensors, in the order of the family's `prepare`. All is copied.
  def load_layer(self: __torch__.Decoder, tensors: List[Tensor]) -> NoneType:
    moved = annotate(List[Tensor], [])
    for i in range(len(tensors)):
      moved.append(tensors[i].to(torch.device(self.device)).to(self.dtype))
    self.weights.extend(__torch__.prepare(moved, self.sizes[1]))
    return None

  # Makes segment `at` hold `capacity` tokens, keeping its first `used`.
  def reserve(self: __torch__.Decoder, at: int, capacity: int, used: int) -> NoneType:
    shape = [self.layers, 2 * self.sizes[0], capacity, self.sizes[1]]
    segment = torch.empty(shape, dtype=self.dtype, layout=0, device=torch.device(self.device))
    if used > 0:
      segment[:, :, :used].copy_(self.cache[at][:, :, :used])
    while len(self.cache) <= at:
      self.cache.append(torch.empty([0]))
    self.cache[at] = segment
    return None

  # Copies `length` tokens of segment `source`, from `begin` on, to segment `at` behind its first `used`.
  def copy(self: __torch__.Decoder, source: int, begin: int, length: int, at: int, used: int) -> NoneType:
    _0 = self.cache[at].narrow(2, used, length).copy_(self.cache[source].narrow(2, begin, length))
    return None

  def free(self: __torch__.Decoder, at: int) -> NoneType:
    self.cache[at] = torch.empty([0])
    return None

  def cache_bytes(self: __torch__.Decoder) -> int:
    total = 0
    for i in range(len(self.cache)):
      total = total + self.cache[i].numel() * self.cache[i].element_size()
    return total

  # One forward pass over the new tokens of all sequences: ids [rows] and positions [rows]; soft
  # [n, hidden] stands at soft_rows [n] in place of ids; plan as in open_views; the logits
  # [m, vocabulary], fp32, of the m wanted rows.
  def step(self: __torch__.Decoder, ids: Tensor, positions: Tensor, soft: Tensor, soft_rows: Tensor, plan: List[int], wanted: Tensor) -> Tensor:
    device = torch.device(self.device)
    x = __torch__.embed(self.shared[0], ids.to(device), soft.to(device), soft_rows.to(device))
    turns = __torch__.turns(positions.to(device), self.shared[2], self.heads + self.sizes[0], self.sizes[0])
    views = __torch__.open_views(self.cache, plan, self.sizes[0])
    each = len(self.weights) // self.layers
    for i in range(self.layers):
      layer_weights = self.weights[i * each:i * each + each]
      x = __torch__.layer(x, layer_weights, turns, views, i, self.sizes, self.epsilon)
    x = torch.index_select(x, 0, wanted.to(device))
    if x.size(0) == 0:
      return x
    x = torch.rms_norm(x, [x.size(1)], self.shared[1], self.epsilon)
    if len(self.shared) > 3:
      x = __torch__.linear(x, self.shared[3], None)
    else:
      x = __torch__.linear_unpacked(x, self.shared[0])
    return x.to(6).to(torch.device("cpu"))
