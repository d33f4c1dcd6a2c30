# Linear layers on any device.

def pack(weight: Tensor) -> Tensor:
  return torch.clone(weight)

# x [rows, in] -> [rows, out]
def linear(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
  return torch.linear(x, weight, bias)

# the same, then exact GELU
def linear_gelu(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
  return torch.gelu(torch.linear(x, weight, bias))

# residual + x weight^T + bias
def linear_add(x: Tensor, residual: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
  return residual + torch.linear(x, weight, bias)
