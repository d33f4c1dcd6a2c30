# Grouped-query attention of one sequence with libtorch's general operator and an explicit mask:
# any device, any precision.

# queries [kv_heads, rows, group, size] of new tokens; keys[i] and values[i] are
# [kv_heads, 1, length, size], the new tokens at the end of the last. A token sees itself and the
# `window` - 1 tokens before it. Returns [kv_heads, rows, group, size].
def attend_window(queries: Tensor, keys: List[Tensor], values: List[Tensor], window: int) -> Tensor:
  rows = queries.size(1)
  seen_keys = keys[0] if len(keys) == 1 else torch.cat(keys, 2)
  seen_values = values[0] if len(values) == 1 else torch.cat(values, 2)
  length = seen_keys.size(2)
  shape = [queries.size(0), queries.size(2), length, queries.size(3)]
  back = torch.arange(length - rows, length, device=queries.device).unsqueeze(1) - torch.arange(length, device=queries.device).unsqueeze(0)
  visible = torch.logical_and(back >= 0, back < window)
  out = torch.scaled_dot_product_attention(queries.transpose(1, 2), seen_keys.expand(shape), seen_values.expand(shape), visible)
  return out.transpose(1, 2)

# Where a token sees all tokens before it.
def attend(queries: Tensor, keys: List[Tensor], values: List[Tensor]) -> Tensor:
  length = 0
  for i in range(len(keys)):
    length = length + keys[i].size(2)
  return __torch__.attend_window(queries, keys, values, length)
