# Linear layers on the CPU with oneDNN: weights are packed once into the layout its kernels read
# fastest, and what follows a product is fused into it. fp32 only.

# weight [out, in], copied into oneDNN's own layout
def pack(weight: Tensor) -> Tensor:
  return ops.mkldnn._reorder_linear_weight(weight, 2048)

# x [rows, in] -> [rows, out]
def linear(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
  return ops.mkldnn._linear_pointwise(x, weight, bias, "none", annotate(List[Optional[number]], []), "")

# the same, then exact GELU
def linear_gelu(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
  return ops.mkldnn._linear_pointwise(x, weight, bias, "gelu", annotate(List[Optional[number]], []), "none")

# residual + x weight^T + bias
def linear_add(x: Tensor, residual: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
  return ops.mkldnn._linear_pointwise(x, residual, weight, bias, "add")
