# What the decoder families have in common: rotary positions and the cache of keys and values.
#
# Rotary positions are complex products: the rows of the q and k weights are reordered at load so
# that the pair (i, i + size / 2) that turns together stands side by side, as the real and imaginary
# part of one complex number. Scores do not change, as queries and keys are reordered alike.

# weight or bias whose first dimension is heads * size -> the same, pairs side by side.
def pair(rows: Tensor, size: int) -> Tensor:
  heads = rows.size(0) // size
  width = rows.numel() // rows.size(0)
  return rows.reshape([heads, 2, size // 2, width]).transpose(1, 2).reshape(rows.size())

# positions [rows] -> complex [rows, turning + still, size / 2]: the turn of every head of every row;
# values, which stand beside queries and keys, stay still.
def turns(positions: Tensor, frequencies: Tensor, turning: int, still: int) -> Tensor:
  rows = positions.size(0)
  angles = torch.outer(positions.to(6), frequencies)
  turn = torch.polar(torch.ones_like(angles), angles).unsqueeze(1).expand([rows, turning, angles.size(1)])
  stay = torch.ones_like(turn[:, :still])
  return torch.cat([turn, stay], 1)

# heads [rows, heads * size] -> [rows, heads, size], turned.
def rotate(heads: Tensor, turns: Tensor, size: int) -> Tensor:
  pairs = torch.view_as_complex(heads.to(6).view([heads.size(0), heads.size(1) // size, size // 2, 2]))
  return torch.view_as_real(pairs * turns).flatten(2).to(heads.dtype)

# One layer's attention for all sequences of a step. heads [rows, heads + 2 kv_heads, size]: queries,
# keys, values of all sequences' new tokens, turned. The plan holds for each sequence: how many rows,
# how many segments, then for each segment its index in the cache and the tokens in it; the new
# tokens go behind the last one's. cache[i] is [layers, 2 kv_heads, capacity, size].
def attend_all(heads: Tensor, cache: List[Tensor], plan: List[int], layer: int, kv_heads: int, window: int) -> Tensor:
  query_heads = heads.size(1) - 2 * kv_heads
  outs = annotate(List[Tensor], [])
  row = 0
  at = 0
  while at < len(plan):
    rows = plan[at]
    pieces = plan[at + 1]
    segments = annotate(List[Tensor], [])
    lengths = annotate(List[int], [])
    for i in range(pieces):
      segments.append(cache[plan[at + 2 + 2 * i]][layer])
      lengths.append(plan[at + 3 + 2 * i])
    own = heads[row:row + rows]
    begin = lengths[pieces - 1]
    _0 = segments[pieces - 1][:, begin:begin + rows].copy_(own[:, query_heads:].transpose(0, 1))
    if window > 0:
      outs.append(__torch__.attend_window(own[:, :query_heads], segments, lengths, kv_heads, window))
    else:
      outs.append(__torch__.attend(own[:, :query_heads], segments, lengths, kv_heads))
    row = row + rows
    at = at + 2 + 2 * pieces
  return outs[0] if len(outs) == 1 else torch.cat(outs, 0)

# Embeddings of ids; where the step reads soft tokens, their rows instead.
def embed(table: Tensor, ids: Tensor, soft: Tensor, soft_rows: Tensor) -> Tensor:
  x = torch.embedding(table, ids)
  if soft_rows.size(0) > 0:
    x = torch.index_copy(x, 0, soft_rows, soft.to(x.dtype))
  return x
