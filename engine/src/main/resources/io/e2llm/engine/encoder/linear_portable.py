# Linear layers on any device.
# Packed stands for the type of a packed weight, a tensor here.

def pack(weight: Tensor, top: float) -> Packed:
  return torch.clone(weight)

# x [rows, in] -> [rows, out]
def linear(x: Tensor, weight: Packed, bias: Tensor) -> Tensor:
  return torch.linear(x, weight, bias)

# the same, then exact GELU
def linear_gelu(x: Tensor, weight: Packed, bias: Tensor) -> Tensor:
  return torch.gelu(torch.linear(x, weight, bias))

# residual + x weight^T + bias
def linear_add(x: Tensor, residual: Tensor, weight: Packed, bias: Tensor) -> Tensor:
  return residual + torch.linear(x, weight, bias)

# the same, of GELU's output
def linear_add_after_gelu(x: Tensor, residual: Tensor, weight: Packed, bias: Tensor) -> Tensor:
  return __torch__.linear_add(x, residual, weight, bias)

# The bias of a layer whose input is GELU's output, from its weight [out, in] and bias [out].
def bias_after_gelu(weight: Tensor, bias: Tensor, top: float) -> Tensor:
  return torch.clone(bias)
