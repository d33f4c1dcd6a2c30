# Grouped-query attention of one sequence on the CPU, without repeated keys and without masks. The
# flash kernel returns the log-sum-exp beside the output, so keys may be read in pieces: the new
# tokens among themselves (causal), each piece of the past (not causal), merged by their weights.

# queries [a, b, rows, size] with keys and values [a, b or 1, length, size], causal or not:
# (output [a, b, rows, size], log-sum-exp [a, b, rows])
def flash(queries: Tensor, keys: Tensor, values: Tensor, causal: bool) -> Tuple[Tensor, Tensor]:
  return torch._scaled_dot_product_flash_attention_for_cpu(queries, keys, values, 0., causal, attn_mask=None, scale=None)

# queries [kv_heads, 1 or group, rows, size]; segment [2 kv_heads, capacity, size]: keys, then values.
def over_segment(queries: Tensor, segment: Tensor, begin: int, end: int, causal: bool) -> Tuple[Tensor, Tensor]:
  kv_heads = queries.size(0)
  shape = [kv_heads, queries.size(1), end - begin, queries.size(3)]
  keys = segment[:kv_heads, begin:end].unsqueeze(1).expand(shape)
  values = segment[kv_heads:, begin:end].unsqueeze(1).expand(shape)
  return __torch__.flash(queries, keys, values, causal)

def merge(a: Tuple[Tensor, Tensor], b: Tuple[Tensor, Tensor]) -> Tuple[Tensor, Tensor]:
  (out_a, lse_a) = a
  (out_b, lse_b) = b
  weight = torch.sigmoid(lse_a - lse_b).unsqueeze(-1)
  return (torch.lerp(out_b, out_a, weight), torch.logaddexp(lse_a, lse_b))

# queries [rows, heads, size] of new tokens, whose keys and values stand already in the last segment
# from `past` on; segments[i] holds lengths[i] tokens before that. Returns [rows, heads * size].
def attend(queries: Tensor, segments: List[Tensor], lengths: List[int], kv_heads: int) -> Tensor:
  rows = queries.size(0)
  heads = queries.size(1)
  size = queries.size(2)
  last = len(segments) - 1
  past = lengths[last]
  grouped = queries.view([rows, kv_heads, heads // kv_heads, size])
  if rows == 1:
    one = grouped.permute([1, 0, 2, 3])
    seen = __torch__.over_segment(one, segments[last], 0, past + 1, False)
    for i in range(last):
      seen = __torch__.merge(seen, __torch__.over_segment(one, segments[i], 0, lengths[i], False))
    return seen[0].reshape([1, heads * size])
  many = grouped.permute([1, 2, 0, 3])
  seen = __torch__.over_segment(many, segments[last], past, past + rows, True)
  for i in range(len(segments)):
    if lengths[i] > 0:
      seen = __torch__.merge(seen, __torch__.over_segment(many, segments[i], 0, lengths[i], False))
  return seen[0].permute([2, 0, 1, 3]).reshape([rows, heads * size])

# The same where a token sees only itself and the `window` - 1 tokens before it.
def attend_window(queries: Tensor, segments: List[Tensor], lengths: List[int], kv_heads: int, window: int) -> Tensor:
  rows = queries.size(0)
  past = sum(lengths)
  if past + rows <= window:
    return __torch__.attend(queries, segments, lengths, kv_heads)
  parts = annotate(List[Tensor], [])
  last = len(segments) - 1
  for i in range(last):
    parts.append(segments[i][:, :lengths[i]])
  parts.append(segments[last][:, :lengths[last] + rows])
  seen = parts[0] if last == 0 else torch.cat(parts, 1)
  first = max(0, past + 1 - window)
  many = queries.view([rows, kv_heads, queries.size(1) // kv_heads, queries.size(2)]).permute([1, 2, 0, 3])
  shape = [kv_heads, many.size(1), past + rows - first, many.size(3)]
  keys = seen[:kv_heads, first:].unsqueeze(1).expand(shape)
  values = seen[kv_heads:, first:].unsqueeze(1).expand(shape)
  back = torch.arange(past, past + rows).unsqueeze(1) - torch.arange(first, past + rows).unsqueeze(0)
  hidden = torch.logical_or(back < 0, back >= window)
  mask = torch.masked_fill(torch.zeros([rows, past + rows - first]), hidden, -inf)
  out = torch._scaled_dot_product_flash_attention_for_cpu(many, keys, values, 0., False, attn_mask=mask, scale=None)
  return out[0].permute([2, 0, 1, 3]).reshape([rows, queries.size(1) * queries.size(2)])
