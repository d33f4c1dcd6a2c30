# What the decoder families have in common: rotary positions and the cache of keys and values. How a
# vector is kept in the cache, `keep` and `kept`, is a source of its own.
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

# Pieces of the cache named by plan[at:], as views over all layers: for each piece its segment, the
# first token to read and how many. cache[i] is [layers, 2 kv_heads, capacity, cells]: keys, then
# values. `more` tokens behind the last piece are included. Returns keys and values of each piece as
# they are kept, [layers, kv_heads, 1, length, cells].
def open_pieces(cache: List[Tensor], plan: List[int], at: int, pieces: int, more: int, kv_heads: int) -> Tuple[List[Tensor], List[Tensor]]:
  keys = annotate(List[Tensor], [])
  values = annotate(List[Tensor], [])
  for i in range(pieces):
    length = plan[at + 2 + 3 * i]
    if i == pieces - 1:
      length = length + more
    filled = cache[plan[at + 3 * i]].narrow(2, plan[at + 1 + 3 * i], length).unsqueeze(2)
    keys.append(filled.narrow(1, 0, kv_heads))
    values.append(filled.narrow(1, kv_heads, kv_heads))
  return (keys, values)

# What a step reads and writes of the cache, as views over all layers, good until a segment is given
# other room or freed. The plan holds groups of sequences that begin with the same pieces: how many
# sequences, how many common pieces, these pieces; then for each sequence how many new tokens, how
# many further pieces, these; the new tokens go behind the last one's. Returns for each group its
# sequences and the common keys and values; for each sequence where the new tokens' keys and values
# go, [layers, 2 kv_heads, rows, cells], and its further keys and values, the new tokens included.
def open_views(cache: List[Tensor], plan: List[int], kv_heads: int) -> Tuple[List[int], List[List[Tensor]], List[List[Tensor]], List[Tensor], List[List[Tensor]], List[List[Tensor]]]:
  members = annotate(List[int], [])
  common_keys = annotate(List[List[Tensor]], [])
  common_values = annotate(List[List[Tensor]], [])
  targets = annotate(List[Tensor], [])
  keys = annotate(List[List[Tensor]], [])
  values = annotate(List[List[Tensor]], [])
  at = 0
  while at < len(plan):
    group = plan[at]
    common = plan[at + 1]
    members.append(group)
    (piece_keys, piece_values) = __torch__.open_pieces(cache, plan, at + 2, common, 0, kv_heads)
    common_keys.append(piece_keys)
    common_values.append(piece_values)
    at = at + 2 + 3 * common
    for i in range(group):
      rows = plan[at]
      pieces = plan[at + 1]
      last = at + 3 * pieces - 1
      targets.append(cache[plan[last]].narrow(2, plan[last + 1] + plan[last + 2], rows))
      (piece_keys, piece_values) = __torch__.open_pieces(cache, plan, at + 2, pieces, rows, kv_heads)
      keys.append(piece_keys)
      values.append(piece_values)
      at = at + 2 + 3 * pieces
  return (members, common_keys, common_values, targets, keys, values)

def of_layer(tensors: List[Tensor], layer: int, size: int, dtype: int) -> List[Tensor]:
  return [__torch__.kept(tensor[layer], size, dtype) for tensor in tensors]

# One layer's attention for all sequences of a step. heads [rows, heads + 2 kv_heads, size]: queries,
# keys, values of all sequences' new tokens, turned. `window` 0 stands for no window; with one nothing
# is common. Returns [rows, heads * size].
def attend_all(heads: Tensor, views: Tuple[List[int], List[List[Tensor]], List[List[Tensor]], List[Tensor], List[List[Tensor]], List[List[Tensor]]], layer: int, kv_heads: int, window: int) -> Tensor:
  (members, common_keys, common_values, targets, keys, values) = views
  rows = heads.size(0)
  size = heads.size(2)
  group = heads.size(1) // kv_heads - 2
  queries = heads.narrow(1, 0, group * kv_heads).view([rows, kv_heads, group, size]).transpose(0, 1)
  news = heads.narrow(1, group * kv_heads, 2 * kv_heads).transpose(0, 1)
  outs = annotate(List[Tensor], [])
  # of sequences that share nothing and have one new token: where their output belongs, and theirs
  places = annotate(List[int], [])
  single_queries = annotate(List[Tensor], [])
  single_keys = annotate(List[List[Tensor]], [])
  single_values = annotate(List[List[Tensor]], [])
  row = 0
  sequence = 0
  for i in range(len(members)):
    begin = row
    weighed = annotate(List[Tensor], [])
    sums = annotate(List[Tensor], [])
    for j in range(members[i]):
      target = targets[sequence][layer]
      own = target.size(1)
      __torch__.keep(target, news.narrow(1, row, own))
      own_keys = __torch__.of_layer(keys[sequence], layer, size, heads.dtype)
      own_values = __torch__.of_layer(values[sequence], layer, size, heads.dtype)
      own_queries = queries.narrow(1, row, own)
      if len(common_keys[i]) > 0:
        (out, lse) = __torch__.attend_weighed(own_queries, own_keys, own_values)
        weighed.append(out)
        sums.append(lse)
      elif own == 1:
        places.append(len(outs))
        outs.append(own_queries)
        single_queries.append(own_queries)
        single_keys.append(own_keys)
        single_values.append(own_values)
      else:
        outs.append(__torch__.attend(own_queries, own_keys, own_values, window))
      row = row + own
      sequence = sequence + 1
    if len(weighed) > 0:
      seen = (torch.cat(weighed, 1), torch.cat(sums, 1))
      piece_keys = __torch__.of_layer(common_keys[i], layer, size, heads.dtype)
      piece_values = __torch__.of_layer(common_values[i], layer, size, heads.dtype)
      for j in range(len(piece_keys)):
        common = __torch__.attend_piece(queries.narrow(1, begin, row - begin), piece_keys[j], piece_values[j])
        seen = __torch__.merge(seen, common)
      outs.append(seen[0].to(heads.dtype))
  if len(places) > 0:
    singles = __torch__.attend_singles(single_queries, single_keys, single_values, window)
    for i in range(len(places)):
      outs[places[i]] = singles[i]
  out = outs[0] if len(outs) == 1 else torch.cat(outs, 1)
  return out.transpose(0, 1).reshape([rows, group * kv_heads * size])
