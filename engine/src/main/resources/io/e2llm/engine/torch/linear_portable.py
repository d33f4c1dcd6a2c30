# Linear layers with nothing but libtorch's own operators: any device, any precision.

# weight [out, in], copied.
def pack(weight: Tensor) -> Tensor:
  return torch.clone(weight)

# x [rows, in] -> [rows, out]
def linear(x: Tensor, weight: Tensor, bias: Optional[Tensor]) -> Tensor:
  return torch.linear(x, weight, bias)

# residual + x weight^T
def linear_add(x: Tensor, residual: Tensor, weight: Tensor) -> Tensor:
  return torch.addmm(residual, x, weight.t())

# silu(x gate^T) * (x up^T)
def swiglu(x: Tensor, gate: Tensor, up: Tensor) -> Tensor:
  return torch.mul(torch.silu(torch.linear(x, gate)), torch.linear(x, up))

# x [rows, in], weight [out, in] as it was loaded -> [rows, out]
def linear_unpacked(x: Tensor, weight: Tensor) -> Tensor:
  return torch.linear(x, weight)
