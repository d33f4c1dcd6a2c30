# A decoder-only language model: embeddings, layers, head, and the cache of keys and values. The
# arithmetic's file says how its products are computed.
class Decoder(Module):
  __parameters__ = []
  __buffers__ = []
  layers : int
  heads : int
  # kv_heads, head_size, sliding window (0: none)
  sizes : List[int]
  epsilon : float
  # largest whole number of a quantized weight
  top : float
  device : str
  # libtorch's types of what is computed, and of the cache's elements
  dtype : int
  kv_dtype : int
  # rotary frequencies [head_size / 2], and what turns the residual stream [hidden, hidden] where it
  # is kept turned
  shared : List[Tensor]
  # what the arithmetic's `plain_ends`, `pack_ends` made
  plain_ends : List[Tensor]
  packed_ends : List[Packed]
  # what its `plain_layer`, `pack_layer` made, layer after layer
  plain : List[Tensor]
  packed : List[Packed]
  # segments of keys and values [layers, 2 kv_heads, capacity, cells(head_size)]; see open_views
  cache : List[Tensor]

  # Rotary frequencies and the turn, fp32. All is copied: the caller's memory may be freed.
  def load_shared(self: __torch__.Decoder, frequencies: Tensor, rotation: Tensor) -> NoneType:
    device = torch.device(self.device)
    self.shared.append(torch.clone(frequencies.to(device)))
    self.shared.append(torch.clone(rotation.to(device)))
    return None

  # From embedding, final norm and head to what `add_ends` takes. Nothing is kept.
  def prepare_ends(self: __torch__.Decoder, tensors: List[Tensor]) -> List[Tensor]:
    return __torch__.prepare_ends(self.move(tensors), self.shared[1], self.top)

  # All is copied: the caller's memory may be freed.
  def add_ends(self: __torch__.Decoder, prepared: List[Tensor]) -> NoneType:
    self.plain_ends.extend(__torch__.plain_ends(prepared))
    self.packed_ends.extend(__torch__.pack_ends(prepared))
    return None

  # From a layer's tensors, in the order of `join`, to what `add_layer` takes. Nothing is kept.
  def prepare_layer(self: __torch__.Decoder, tensors: List[Tensor]) -> List[Tensor]:
    joined = __torch__.join(self.move(tensors), self.sizes[1])
    return __torch__.prepare_layer(joined, self.shared[1], self.top)

  # The next layer. All is copied: the caller's memory may be freed.
  def add_layer(self: __torch__.Decoder, prepared: List[Tensor]) -> NoneType:
    self.plain.extend(__torch__.plain_layer(prepared))
    self.packed.extend(__torch__.pack_layer(prepared))
    return None

  def move(self: __torch__.Decoder, tensors: List[Tensor]) -> List[Tensor]:
    moved = annotate(List[Tensor], [])
    for i in range(len(tensors)):
      moved.append(tensors[i].to(torch.device(self.device)).to(self.dtype))
    return moved

  # Makes segment `at` hold `capacity` tokens, keeping its first `used`.
  def reserve(self: __torch__.Decoder, at: int, capacity: int, used: int) -> NoneType:
    shape = [self.layers, 2 * self.sizes[0], capacity, __torch__.cells(self.sizes[1])]
    segment = torch.empty(shape, dtype=self.kv_dtype, layout=0, device=torch.device(self.device))
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
    x = self.embed(ids, soft, soft_rows)
    x = self.run(x, self.turns(positions), plan, 0, self.layers)
    return self.logits(x, wanted)

  # The parts of a step, for one that is made a few layers at a time. ids, soft and soft_rows as
  # there -> embeddings [rows, hidden].
  def embed(self: __torch__.Decoder, ids: Tensor, soft: Tensor, soft_rows: Tensor) -> Tensor:
    device = torch.device(self.device)
    return __torch__.embed(self.plain_ends, self.shared[1], ids.to(device), soft.to(device), soft_rows.to(device))

  # positions [rows] -> complex [rows, heads + 2 kv_heads, head_size / 2].
  def turns(self: __torch__.Decoder, positions: Tensor) -> Tensor:
    return __torch__.turns(positions.to(torch.device(self.device)), self.shared[0], self.heads + self.sizes[0], self.sizes[0])

  # x [rows, hidden] and the turns -> what `count` layers from `first` on make of x.
  def run(self: __torch__.Decoder, x: Tensor, turns: Tensor, plan: List[int], first: int, count: int) -> Tensor:
    views = __torch__.open_views(self.cache, plan, self.sizes[0])
    products = len(self.packed) // self.layers
    others = len(self.plain) // self.layers
    for i in range(first, first + count):
      packed = self.packed[i * products:i * products + products]
      plain = self.plain[i * others:i * others + others]
      x = __torch__.layer(x, packed, plain, turns, views, i, self.sizes, self.epsilon)
    return x

  # x [rows, hidden] behind the last layer -> the logits [m, vocabulary] of the m wanted rows, fp32.
  def logits(self: __torch__.Decoder, x: Tensor, wanted: Tensor) -> Tensor:
    x = torch.index_select(x, 0, wanted.to(torch.device(self.device)))
    if x.size(0) == 0:
      return x
    return __torch__.logits(x, self.packed_ends, self.plain_ends, self.epsilon).to(6).to(torch.device("cpu"))
