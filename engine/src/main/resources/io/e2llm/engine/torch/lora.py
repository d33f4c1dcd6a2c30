# LoRA (Hu et al., ICLR 2022) beside a frozen weight, as autograd can differentiate it.

# x weight^T + bias + factor (x a^T) b^T, in the weight's type. lora holds a [rank, in] and
# b [out, rank] of each target of a layer, without elements where there is none.
def adapted(x: Tensor, weight: Tensor, bias: Optional[Tensor], lora: List[Tensor], target: int, factor: float) -> Tensor:
  y = torch.linear(x, weight, bias)
  if lora[2 * target].numel() > 0:
    low = torch.linear(x, lora[2 * target].to(x.dtype))
    y = torch.add(y, torch.linear(low, lora[2 * target + 1].to(x.dtype)), alpha=factor)
  return y
