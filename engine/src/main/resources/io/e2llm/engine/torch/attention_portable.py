# Grouped-query attention of one sequence with libtorch's general operator and an explicit mask:
# any device, any precision.

# queries [kv_heads, rows, group, size] of new tokens; keys[i] and values[i] are
# [kv_heads, 1, length, size], the new tokens at the end of the last. A token sees itself and the
# `window` - 1 tokens before it; 0 stands for no window. Returns [kv_heads, rows, group, size].
def attend(queries: Tensor, keys: List[Tensor], values: List[Tensor], window: int) -> Tensor:
  rows = queries.size(1)
  seen_keys = keys[0] if len(keys) == 1 else torch.cat(keys, 2)
  seen_values = values[0] if len(values) == 1 else torch.cat(values, 2)
  length = seen_keys.size(2)
  reach = window if window > 0 else length
  shape = [queries.size(0), queries.size(2), length, queries.size(3)]
  back = torch.arange(length - rows, length, device=queries.device).unsqueeze(1) - torch.arange(length, device=queries.device).unsqueeze(0)
  visible = torch.logical_and(back >= 0, back < reach)
  out = torch.scaled_dot_product_attention(queries.transpose(1, 2), seen_keys.expand(shape), seen_values.expand(shape), visible)
  return out.transpose(1, 2)

# One new token of each of several sequences, in one call: keys and values are padded at their
# beginning to the longest.
def attend_singles(queries: List[Tensor], keys: List[List[Tensor]], values: List[List[Tensor]], window: int) -> List[Tensor]:
  if len(queries) == 1:
    return [__torch__.attend(queries[0], keys[0], values[0], window)]
  lengths = annotate(List[int], [])
  longest = 0
  for i in range(len(queries)):
    length = 0
    for j in range(len(keys[i])):
      length = length + keys[i][j].size(2)
    lengths.append(length)
    longest = max(longest, length)
  (kv_heads, rows, group, size) = queries[0].size()
  shape = [len(queries), kv_heads, longest, size]
  padded_keys = torch.zeros(shape, dtype=queries[0].dtype, layout=0, device=queries[0].device)
  padded_values = torch.zeros(shape, dtype=queries[0].dtype, layout=0, device=queries[0].device)
  for i in range(len(queries)):
    at = longest - lengths[i]
    for j in range(len(keys[i])):
      length = keys[i][j].size(2)
      _0 = padded_keys[i].narrow(1, at, length).copy_(keys[i][j].squeeze(1))
      _1 = padded_values[i].narrow(1, at, length).copy_(values[i][j].squeeze(1))
      at = at + length
  # how far behind its sequence's new token each place stands
  back = torch.arange(longest - 1, -1, -1, device=queries[0].device).unsqueeze(0)
  reach = torch.tensor(lengths, device=queries[0].device).unsqueeze(1)
  if window > 0:
    reach = torch.clamp(reach, None, window)
  visible = (back < reach).unsqueeze(1).unsqueeze(1)
  # the heads of a group read the same keys, so they may stand as rows
  heads = torch.stack(queries).squeeze(2)
  out = torch.scaled_dot_product_attention(heads, padded_keys, padded_values, visible)
  return [one.unsqueeze(1) for one in torch.unbind(out)]

# (output, log-sum-exp) from scores [kv_heads, rows, group, length] and values
# [kv_heads, 1, length, size].
def weigh(scores: Tensor, values: Tensor) -> Tuple[Tensor, Tensor]:
  lse = torch.logsumexp(scores, [3])
  weights = torch.exp(scores - lse.unsqueeze(3))
  return (torch.matmul(weights, values.to(6)), lse)

def scores(queries: Tensor, keys: Tensor) -> Tensor:
  return torch.matmul(queries.to(6), keys.to(6).transpose(2, 3)) * torch.pow(queries.size(3), -0.5)

# Where a token sees all tokens before it: the output, in fp32, and the log-sum-exp
# [kv_heads, rows, group].
def attend_weighed(queries: Tensor, keys: List[Tensor], values: List[Tensor]) -> Tuple[Tensor, Tensor]:
  rows = queries.size(1)
  seen_keys = keys[0] if len(keys) == 1 else torch.cat(keys, 2)
  seen_values = values[0] if len(values) == 1 else torch.cat(values, 2)
  length = seen_keys.size(2)
  back = torch.arange(length - rows, length, device=queries.device).unsqueeze(1) - torch.arange(length, device=queries.device).unsqueeze(0)
  seen = torch.masked_fill(__torch__.scores(queries, seen_keys), (back < 0).unsqueeze(1), -inf)
  return __torch__.weigh(seen, seen_values)

# The same of tokens that all see all of one piece, however many sequences they are of.
def attend_piece(queries: Tensor, keys: Tensor, values: Tensor) -> Tuple[Tensor, Tensor]:
  return __torch__.weigh(__torch__.scores(queries, keys), values)

def merge(a: Tuple[Tensor, Tensor], b: Tuple[Tensor, Tensor]) -> Tuple[Tensor, Tensor]:
  (out_a, lse_a) = a
  (out_b, lse_b) = b
  weight = torch.sigmoid(lse_a - lse_b).unsqueeze(-1)
  return (torch.lerp(out_b, out_a, weight), torch.logaddexp(lse_a, lse_b))
