# A layer of Mistral: Llama's with a sliding window, in which a token sees itself and the window - 1
# tokens before it (window 0: all of them).

# From the checkpoint's norm, q, k, v, o, norm, gate, up, down to the weights `layer` reads.
def prepare(tensors: List[Tensor], head_size: int) -> List[Tensor]:
  (norm, q, k, v, o, mlp_norm, gate, up, down) = tensors
  qkv = torch.cat([__torch__.pair(q, head_size), __torch__.pair(k, head_size), v], 0)
  return [torch.clone(norm), __torch__.pack(qkv), __torch__.pack(o), torch.clone(mlp_norm), __torch__.pack(gate), __torch__.pack(up), __torch__.pack(down)]

# x [rows, hidden] -> the same after layer `index`. `views` are open_views', `sizes` are kv_heads, head_size and window.
def layer(x: Tensor, weights: List[Tensor], turns: Tensor, views: Tuple[List[Tensor], List[List[Tensor]], List[List[Tensor]]], index: int, sizes: List[int], epsilon: float) -> Tensor:
  (norm, qkv, o, mlp_norm, gate, up, down) = weights
  (kv_heads, head_size, window) = sizes
  h = torch.rms_norm(x, [x.size(1)], norm, epsilon)
  heads = __torch__.rotate(__torch__.linear(h, qkv, None), turns, head_size)
  x = __torch__.linear_add(__torch__.attend_all(heads, views, index, kv_heads, window), x, o)
  h = torch.rms_norm(x, [x.size(1)], mlp_norm, epsilon)
  return __torch__.linear_add(__torch__.swiglu(h, gate, up), x, down)
