# A layer of Llama and of what is built alike: RMSNorm, rotary positions, grouped-query attention,
# SwiGLU. Qwen2 has biases on q, k and v, Mistral a sliding window; sizes and lists tell. How the
# products are computed is the layer's arithmetic, in a source of its own with the same functions. Packed stands for the type of a packed weight.

# From the checkpoint's norm, q, k, v, o, norm, gate, up, down, and the biases of q, k, v if it has
# them, to the same with q, k and v as one, heads reordered for `rotate`.
def join(tensors: List[Tensor], head_size: int) -> List[Tensor]:
  joined = [tensors[0]]
  joined.append(torch.cat([__torch__.pair(tensors[1], head_size), __torch__.pair(tensors[2], head_size), tensors[3]], 0))
  joined.extend(tensors[4:9])
  if len(tensors) > 9:
    joined.append(torch.cat([__torch__.pair(tensors[9], head_size), __torch__.pair(tensors[10], head_size), tensors[11]], 0))
  return joined

# x [rows, hidden] -> the same after layer `index`. `views` are open_views', `sizes` are kv_heads,
# head_size and window.
def layer(x: Tensor, packed: List[Packed], plain: List[Tensor], turns: Tensor, views: Tuple[List[int], List[List[Tensor]], List[List[Tensor]], List[Tensor], List[List[Tensor]], List[List[Tensor]]], index: int, sizes: List[int], epsilon: float) -> Tensor:
  (kv_heads, head_size, window) = sizes
  heads = __torch__.rotate(__torch__.queries_keys_values(x, packed, plain, epsilon), turns, head_size)
  x = __torch__.add_attention(x, __torch__.attend_all(heads, views, index, kv_heads, window), packed)
  return __torch__.add_mlp(x, packed, plain, epsilon)
