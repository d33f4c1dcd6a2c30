# Linear layers on the CPU with oneDNN: weights are packed once into the layout its kernels read
# fastest, and what follows a product is fused into it. fp32 only.
# Packed stands for the type of a packed weight, a tensor here.

# weight [out, in], copied into oneDNN's own layout
def pack(weight: Tensor, top: float) -> Packed:
  return ops.mkldnn._reorder_linear_weight(weight, 2048)

# x [rows, in] -> [rows, out]
def linear(x: Tensor, weight: Packed, bias: Tensor) -> Tensor:
  return ops.mkldnn._linear_pointwise(x, weight, bias, "none", annotate(List[Optional[number]], []), "")

# the same, then exact GELU
def linear_gelu(x: Tensor, weight: Packed, bias: Tensor) -> Tensor:
  return ops.mkldnn._linear_pointwise(x, weight, bias, "gelu", annotate(List[Optional[number]], []), "none")

# residual + x weight^T + bias
def linear_add(x: Tensor, residual: Tensor, weight: Packed, bias: Tensor) -> Tensor:
  return ops.mkldnn._linear_pointwise(x, residual, weight, bias, "add")

# the same, of GELU's output
def linear_add_after_gelu(x: Tensor, residual: Tensor, weight: Packed, bias: Tensor) -> Tensor:
  return __torch__.linear_add(x, residual, weight, bias)

# The bias of a layer whose input is GELU's output, from its weight [out, in] and bias [out].
def bias_after_gelu(weight: Tensor, bias: Tensor, top: float) -> Tensor:
  return torch.clone(bias)
