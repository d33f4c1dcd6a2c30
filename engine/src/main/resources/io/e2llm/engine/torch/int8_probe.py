# The product of the largest 8-bit numbers, to see whether this CPU's kernels add up exactly.
class Int8Probe(Module):
  __parameters__ = []
  __buffers__ = []

  # Of a row of 64 times 127 and a row of 64 times `weight`.
  def probe(self: __torch__.Int8Probe, weight: int) -> int:
    numbers = torch.full([32, 64], weight, dtype=1)
    scale = torch.ones([32], dtype=7)
    zero = torch.zeros([32], dtype=4)
    packed = ops.quantized.linear_prepack(torch._make_per_channel_quantized_tensor(numbers, scale, zero, 0), None)
    x = torch.full([2, 64], 127., dtype=6)
    y = ops.quantized.linear_with_input_q_dq_qweight_dq_output_fp32(x, 1., 128, packed)
    return int(torch.min(y))
