# Pooling of token states into soft prompts. The caller says which rows of the states belong to which
# soft token; see PoolingPlan. These indices are copied where a graph may keep them: their memory is
# the caller's, and freed before the gradient comes back.

# The sum of the rows of each group: x [n, width], groups [n] -> [count, width].
def total(x: Tensor, groups: Tensor, count: int) -> Tensor:
  return torch.index_add(torch.zeros([count, x.size(1)], dtype=6, layout=0, device=x.device), 0, torch.clone(groups), x)

# How many rows each group has, [count, 1].
def members(x: Tensor, groups: Tensor, count: int) -> Tensor:
  return __torch__.total(torch.ones([x.size(0), 1], dtype=6, layout=0, device=x.device), groups, count)

# The mean of the rows of each group.
def average(x: Tensor, groups: Tensor, count: int) -> Tensor:
  return __torch__.total(x, groups, count) / __torch__.members(x, groups, count)

class Pooling(Module):
  __parameters__ = []
  __buffers__ = []
  heads : int
  device : str
  # of the projection of each token: weight and bias, or those of two layers and the weight of the
  # path beside them; or nothing
  tokens : List[Tensor]
  # queries, then weight and bias of query, key, value, norm, feed-forward, norm; or nothing
  attention : List[Tensor]
  # weight and bias of the last projection, for each ratio where it depends on that; or nothing
  projections : List[Tensor]

  # All is copied: the caller's memory may be freed.
  def load(self: __torch__.Pooling, tokens: List[Tensor], attention: List[Tensor], projections: List[Tensor]) -> NoneType:
    device = torch.device(self.device)
    for i in range(len(tokens)):
      self.tokens.append(torch.clone(tokens[i].to(device)))
    for i in range(len(attention)):
      self.attention.append(torch.clone(attention[i].to(device)))
    for i in range(len(projections)):
      self.projections.append(torch.clone(projections[i].to(device)))
    return None

  # The same without copies, one after the other, `counts` of each: what is learned stays the caller's.
  def use(self: __torch__.Pooling, tensors: List[Tensor], counts: Tensor) -> Tensor:
    first = int(counts[0])
    second = first + int(counts[1])
    self.tokens = tensors[0:first]
    self.attention = tensors[first:second]
    self.projections = tensors[second:len(tensors)]
    return counts

  # The tokens that are pooled: rows [n] of states [all, states_width]; with words [n], the mean of
  # each of so many words instead.
  def take(self: __torch__.Pooling, states: Tensor, rows: Tensor, words: Tensor, count: int) -> Tensor:
    x = torch.index_select(states, 0, torch.clone(rows.to(states.device))).to(6)
    if len(self.tokens) > 2:
      inner = torch.gelu(torch.linear(x, self.tokens[0], self.tokens[1]))
      x = torch.linear(inner, self.tokens[2], self.tokens[3]) + torch.linear(x, self.tokens[4])
    elif len(self.tokens) > 0:
      x = torch.linear(x, self.tokens[0], self.tokens[1])
    if words.size(0) > 0:
      x = __torch__.average(x, words.to(states.device), count)
    return x

  # Rows [n] of states, projected as tokens are.
  def project_tokens(self: __torch__.Pooling, states: Tensor, rows: Tensor) -> Tensor:
    return self.take(states, rows, torch.empty([0]), 0)

  # The last projection, the one of number `which`, if there is any.
  def project(self: __torch__.Pooling, x: Tensor, which: int) -> Tensor:
    if len(self.projections) > 0:
      x = torch.linear(x, self.projections[2 * which], self.projections[2 * which + 1])
    return x.to(torch.device("cpu"))

  # The mean of each window: windows [n] -> [count, pooled_width]. sizes are the words, if there are
  # any, and the count.
  def mean(self: __torch__.Pooling, states: Tensor, rows: Tensor, words: Tensor, windows: Tensor, sizes: Tensor) -> Tensor:
    x = self.take(states, rows, words, int(sizes[0]))
    return self.project(__torch__.average(x, windows.to(states.device), int(sizes[1])), 0)

  # The members of each window side by side: places [n] are window * ratio + place in it. sizes are
  # the words, if there are any, the windows, the ratio and the number of its projection.
  def concat(self: __torch__.Pooling, states: Tensor, rows: Tensor, words: Tensor, places: Tensor, sizes: Tensor) -> Tensor:
    x = self.take(states, rows, words, int(sizes[0]))
    count = int(sizes[1])
    ratio = int(sizes[2])
    all = torch.zeros([count * ratio, x.size(1)], dtype=6, layout=0, device=x.device)
    wide = torch.index_copy(all, 0, torch.clone(places.to(states.device)), x).view([count, ratio * x.size(1)])
    return self.project(wide, int(sizes[3]))

  # The halves of each window side by side, with places and sizes as there; the ratio is even.
  def halves(self: __torch__.Pooling, states: Tensor, rows: Tensor, words: Tensor, places: Tensor, sizes: Tensor) -> Tensor:
    x = self.take(states, rows, words, int(sizes[0]))
    count = 2 * int(sizes[1])
    groups = torch.floor_divide(places.to(states.device), int(sizes[2]) // 2)
    many = torch.clamp(__torch__.members(x, groups, count), 1.)
    halves = __torch__.total(x, groups, count) / torch.sqrt(many)
    return self.project(halves.view([count // 2, 2 * x.size(1)]), 0)

  # Attention: members [groups, longest] are the tokens each group's queries attend to, -1 where there
  # is none; the `first` [1] of the table serve every group; soft tokens are the rows `wanted`
  # of what the [groups * queries] give.
  def attend(self: __torch__.Pooling, states: Tensor, rows: Tensor, members: Tensor, first: Tensor, wanted: Tensor) -> Tensor:
    device = states.device
    queries = int(first)
    w = self.attention
    x = self.project_tokens(states, rows)
    table = w[0][:queries]
    width = table.size(1)
    size = width // self.heads
    groups = members.size(0)
    longest = members.size(1)
    at = members.to(device)
    chosen = torch.clamp(at, 0).view([groups * longest])
    q = torch.linear(table, w[1], w[2]).view([1, queries, self.heads, size]).transpose(1, 2).expand([groups, self.heads, queries, size])
    k = torch.index_select(torch.linear(x, w[3], w[4]), 0, chosen).view([groups, longest, self.heads, size]).transpose(1, 2)
    v = torch.index_select(torch.linear(x, w[5], w[6]), 0, chosen).view([groups, longest, self.heads, size]).transpose(1, 2)
    mask = torch.masked_fill(torch.zeros([groups, 1, 1, longest], dtype=6, layout=0, device=device), (at < 0).unsqueeze(1).unsqueeze(1), -inf)
    seen = torch.scaled_dot_product_attention(q, k, v, mask, 0., False, scale=1. / torch.sqrt(width))
    seen = seen.transpose(1, 2).reshape([groups, queries, width])
    h = torch.layer_norm(table + seen, [width], w[7], w[8], 1.0e-05)
    y = torch.layer_norm(h + torch.relu(torch.linear(h, w[9], w[10])), [width], w[11], w[12], 1.0e-05)
    return self.project(torch.index_select(y.view([groups * queries, width]), 0, torch.clone(wanted.to(device))), 0)
