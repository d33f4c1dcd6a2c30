# Grouped-query attention of one sequence with libtorch's general operator and an explicit mask:
# any device, any precision.

# queries [rows, heads, size] of new tokens, whose keys and values stand already in the last segment
# ([2 kv_heads, capacity, size]: keys, then values) after its lengths[last] tokens; segments[i] holds
# lengths[i] tokens before that. A token sees itself and the `window` - 1 tokens before it.
# Returns [rows, heads * size].
def attend_window(queries: Tensor, segments: List[Tensor], lengths: List[int], kv_heads: int, window: int) -> Tensor:
  rows = queries.size(0)
  heads = queries.size(1)
  size = queries.size(2)
  past = sum(lengths)
  parts = annotate(List[Tensor], [])
  last = len(segments) - 1
  for i in range(last):
    parts.append(segments[i][:, :lengths[i]])
  parts.append(segments[last][:, :lengths[last] + rows])
  seen = parts[0] if last == 0 else torch.cat(parts, 1)
  many = queries.view([rows, kv_heads, heads // kv_heads, size]).permute([1, 2, 0, 3])
  shape = [kv_heads, many.size(1), past + rows, size]
  keys = seen[:kv_heads].unsqueeze(1).expand(shape)
  values = seen[kv_heads:].unsqueeze(1).expand(shape)
  back = torch.arange(past, past + rows, device=queries.device).unsqueeze(1) - torch.arange(past + rows, device=queries.device).unsqueeze(0)
  visible = torch.logical_and(back >= 0, back < window)
  out = torch.scaled_dot_product_attention(many, keys, values, visible)
  return out.permute([2, 0, 1, 3]).reshape([rows, heads * size])

# The same where a token sees all tokens before it.
def attend(queries: Tensor, segments: List[Tensor], lengths: List[int], kv_heads: int) -> Tensor:
  return __torch__.attend_window(queries, segments, lengths, kv_heads, sum(lengths) + queries.size(0))
