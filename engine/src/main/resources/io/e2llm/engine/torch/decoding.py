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

# What a step reads and writes of the cache, as views over all layers, made once for the step. The
# plan holds for each sequence: how many new tokens, how many segments, then for each segment its
# index in the cache, the first token to read and how many; the new tokens go behind the last one's. cache[i] is
# [layers, 2 kv_heads, capacity, size]: keys, then values. Returns for each sequence where the new
# tokens' keys and values go, [layers, 2 kv_heads, rows, size]; for each segment of each sequence its
# keys and its values, [layers, kv_heads, 1, length, size], the new tokens included.
def open_views(cache: List[Tensor], plan: List[int], kv_heads: int) -> Tuple[List[Tensor], List[List[Tensor]], List[List[Tensor]]]:
  targets = annotate(List[Tensor], [])
  keys = annotate(List[List[Tensor]], [])
  values = annotate(List[List[Tensor]], [])
  at = 0
  while at < len(plan):
    rows = plan[at]
    pieces = plan[at + 1]
    own_keys = annotate(List[Tensor], [])
    own_values = annotate(List[Tensor], [])
    for i in range(pieces):
      segment = cache[plan[at + 2 + 3 * i]]
      begin = plan[at + 3 + 3 * i]
      length = plan[at + 4 + 3 * i]
      if i == pieces - 1:
        targets.append(segment.narrow(2, begin + length, rows))
        length = length + rows
      filled = segment.narrow(2, begin, length).unsqueeze(2)
      own_keys.append(filled.narrow(1, 0, kv_heads))
      own_values.append(filled.narrow(1, kv_heads, kv_heads))
    keys.append(own_keys)
    values.append(own_values)
    at = at + 2 + 3 * pieces
  return (targets, keys, values)

def of_layer(tensors: List[Tensor], layer: int) -> List[Tensor]:
  return [tensor[layer] for tensor in tensors]

# One layer's attention for all sequences of a step. heads [rows, heads + 2 kv_heads, size]: queries,
# keys, values of all sequences' new tokens, turned. `window` 0 stands for no window.
# Returns [rows, heads * size].
def attend_all(heads: Tensor, views: Tuple[List[Tensor], List[List[Tensor]], List[List[Tensor]]], layer: int, kv_heads: int, window: int) -> Tensor:
  (targets, keys, values) = views
  rows = heads.size(0)
  size = heads.size(2)
  group = heads.size(1) // kv_heads - 2
  queries = heads.narrow(1, 0, group * kv_heads).view([rows, kv_heads, group, size]).transpose(0, 1)
  news = heads.narrow(1, group * kv_heads, 2 * kv_heads).transpose(0, 1)
  outs = annotate(List[Tensor], [])
  row = 0
  for i in range(len(targets)):
    target = targets[i][layer]
    own = target.size(1)
    target.copy_(news.narrow(1, row, own))
    own_keys = __torch__.of_layer(keys[i], layer)
    own_values = __torch__.of_layer(values[i], layer)
    if window > 0:
      outs.append(__torch__.attend_window(queries.narrow(1, row, own), own_keys, own_values, window))
    else:
      outs.append(__torch__.attend(queries.narrow(1, row, own), own_keys, own_values))
    row = row + own
  out = outs[0] if len(outs) == 1 else torch.cat(outs, 1)
  return out.transpose(0, 1).reshape([rows, group * kv_heads * size])
