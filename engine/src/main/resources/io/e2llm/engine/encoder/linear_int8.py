# Linear layers of 8-bit weights and activations on the CPU. Every row of a weight and every row of an
# activation has a scale of its own; products of whole numbers are exact, so a row's numbers depend on
# nothing but the row. What comes out of a norm is taken in two 8-bit terms, the second in units of a
# 254th of the first's; what comes out of GELU, which is never less than -0.17, in one of 0 to 255.
# Packed stands for the type of a packed weight.

# weight [out, in] in whole numbers within +-`top`: int8 [out, in], and what 1 stands for [out, 1]
def whole(weight: Tensor, top: float) -> Tuple[Tensor, Tensor]:
  scale = torch.add(torch.amax(torch.abs(weight), [1], True), 1e-30) / top
  return (torch.round(weight / scale).to(1), scale)

def pack(weight: Tensor, top: float) -> Packed:
  (numbers, scale) = __torch__.whole(weight, top)
  zero = torch.zeros([weight.size(0)], dtype=4)
  return ops.quantized.linear_prepack(torch._make_per_channel_quantized_tensor(numbers, torch.reshape(scale, [weight.size(0)]).to(7), zero, 0), None)

# The bias of a layer whose input is GELU's output, from its weight [out, in] and bias [out].
def bias_after_gelu(weight: Tensor, bias: Tensor, top: float) -> Tensor:
  (numbers, scale) = __torch__.whole(weight, top)
  return bias - torch.reshape(scale, [weight.size(0)]) * torch.sum(numbers.to(6), [1]) * 0.17

# what 1 stands for [rows, 1] when the largest of each row of x is `most`
def scale_of(x: Tensor, most: float) -> Tensor:
  return torch.add(torch.mul(torch.amax(x, [1], True), 1. / most), 1e-30)

# x [rows, in], rounded to whole units -> [rows, out]
def product(x: Tensor, unit: float, zero: int, weight: Packed) -> Tensor:
  return ops.quantized.linear_with_input_q_dq_qweight_dq_output_fp32(x, unit, zero, weight)

# x [rows, in], from a norm -> [rows, out]
def linear(x: Tensor, weight: Packed, bias: Tensor) -> Tensor:
  scale = __torch__.scale_of(torch.abs(x), 127.)
  scaled = torch.div(x, scale)
  y = __torch__.product(scaled, 1., 128, weight)
  rest = torch.sub(scaled, torch.round(scaled))
  y = y.add_(__torch__.product(rest, 0.003937007874015748, 128, weight))
  return torch.addcmul(bias, y, scale)

# the same, then exact GELU
def linear_gelu(x: Tensor, weight: Packed, bias: Tensor) -> Tensor:
  return torch.gelu(__torch__.linear(x, weight, bias))

# residual + x weight^T + bias, of attention's output
def linear_add(x: Tensor, residual: Tensor, weight: Packed, bias: Tensor) -> Tensor:
  scale = __torch__.scale_of(torch.abs(x), 127.)
  y = __torch__.product(torch.div(x, scale), 1., 128, weight)
  return torch.addcmul(residual + bias, y, scale)

# the same, of GELU's output; bias is bias_after_gelu's
def linear_add_after_gelu(x: Tensor, residual: Tensor, weight: Packed, bias: Tensor) -> Tensor:
  x = torch.add(x, 0.17)
  scale = __torch__.scale_of(x, 255.)
  y = __torch__.product(x.div_(scale), 1., 0, weight)
  return torch.addcmul(residual + bias, y, scale)
