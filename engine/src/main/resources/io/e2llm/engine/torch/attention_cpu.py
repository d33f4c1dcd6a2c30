# Grouped-query attention of one sequence on the CPU, without repeated keys and without masks. The
# flash kernel returns the log-sum-exp beside the output, so keys may be read in pieces: the new
# tokens among themselves (causal), each piece of the past (not causal), merged by their weights.
#
# Keys and values are [kv_heads, 1, length, size]. The heads of a group read the same keys, so they
# may stand as rows where every row sees all of them.

# queries [kv_heads, heads, rows, size] -> (output alike, log-sum-exp [kv_heads, heads, rows])
def flash(queries: Tensor, keys: Tensor, values: Tensor, causal: bool) -> Tuple[Tensor, Tensor]:
  if queries.size(1) > 1:
    shape = [keys.size(0), queries.size(1), keys.size(2), keys.size(3)]
    keys = keys.expand(shape)
    values = values.expand(shape)
  return torch._scaled_dot_product_flash_attention_for_cpu(queries, keys, values, 0., causal, attn_mask=None, scale=None)

def merge(a: Tuple[Tensor, Tensor], b: Tuple[Tensor, Tensor]) -> Tuple[Tensor, Tensor]:
  (out_a, lse_a) = a
  (out_b, lse_b) = b
  weight = torch.sigmoid(lse_a - lse_b).unsqueeze(-1)
  return (torch.lerp(out_b, out_a, weight), torch.logaddexp(lse_a, lse_b))

# Attention of tokens that all see all of one piece, however many sequences they are of: the piece is
# read once for all heads of a group. Returns [kv_heads, rows, group, size] and the log-sum-exp
# [kv_heads, rows, group].
def attend_piece(queries: Tensor, keys: Tensor, values: Tensor) -> Tuple[Tensor, Tensor]:
  (heads, rows, group, size) = queries.size()
  (out, lse) = __torch__.flash(queries.reshape([heads, 1, rows * group, size]), keys, values, False)
  return (out.view([heads, rows, group, size]), lse.view([heads, rows, group]))

# Where a token sees all tokens before it. queries [kv_heads, rows, group, size] of new tokens;
# keys[i] and values[i] are [kv_heads, 1, length, size], the new tokens at the end of the last.
# Returns [kv_heads, rows, group, size] and the log-sum-exp [kv_heads, rows, group].
def attend_weighed(queries: Tensor, keys: List[Tensor], values: List[Tensor]) -> Tuple[Tensor, Tensor]:
  rows = queries.size(1)
  last = len(keys) - 1
  if rows == 1:
    seen = __torch__.attend_piece(queries, keys[last], values[last])
  else:
    past = keys[last].size(2) - rows
    (out, lse) = __torch__.flash(queries.transpose(1, 2), keys[last].narrow(2, past, rows), values[last].narrow(2, past, rows), True)
    seen = (out.transpose(1, 2), lse.transpose(1, 2))
    if past > 0:
      seen = __torch__.merge(seen, __torch__.attend_piece(queries, keys[last].narrow(2, 0, past), values[last].narrow(2, 0, past)))
  for i in range(last):
    seen = __torch__.merge(seen, __torch__.attend_piece(queries, keys[i], values[i]))
  return seen

# Where a token sees only itself and the `window` - 1 tokens before it.
def attend_window(queries: Tensor, keys: List[Tensor], values: List[Tensor], window: int) -> Tensor:
  length = 0
  for i in range(len(keys)):
    length = length + keys[i].size(2)
  if length <= window:
    return __torch__.attend_weighed(queries, keys, values)[0]
  rows = queries.size(1)
  first = max(0, length - rows + 1 - window)
  shape = [queries.size(0), queries.size(2), length - first, queries.size(3)]
  seen_keys = keys[0] if len(keys) == 1 else torch.cat(keys, 2)
  seen_values = values[0] if len(values) == 1 else torch.cat(values, 2)
  back = torch.arange(length - rows, length).unsqueeze(1) - torch.arange(first, length).unsqueeze(0)
  hidden = torch.logical_or(back < 0, back >= window)
  mask = torch.masked_fill(torch.zeros([rows, length - first]), hidden, -inf)
  out = torch._scaled_dot_product_flash_attention_for_cpu(queries.transpose(1, 2), seen_keys.narrow(2, first, length - first).expand(shape), seen_values.narrow(2, first, length - first).expand(shape), 0., False, attn_mask=mask, scale=None)
  return out[0].transpose(1, 2)

# Either of the two: `window` 0 stands for no window. Returns [kv_heads, rows, group, size].
def attend(queries: Tensor, keys: List[Tensor], values: List[Tensor], window: int) -> Tensor:
  if window > 0:
    return __torch__.attend_window(queries, keys, values, window)
  return __torch__.attend_weighed(queries, keys, values)[0]

# One new token of each of several sequences, one after another: nothing is padded.
def attend_singles(queries: List[Tensor], keys: List[List[Tensor]], values: List[List[Tensor]], window: int) -> List[Tensor]:
  return [__torch__.attend(queries[i], keys[i], values[i], window) for i in range(len(queries))]
