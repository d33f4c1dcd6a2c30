# The adapter of a bundle: two linear layers with GELU between, and an optional linear residual path.
class Adapter(Module):
  __parameters__ = []
  __buffers__ = []
  device : str
  # weight and bias of the first layer, of the second, and the residual's weight if there is one
  weights : List[Tensor]

  # All is copied: the caller's memory may be freed.
  def load(self: __torch__.Adapter, tensors: List[Tensor]) -> NoneType:
    for i in range(len(tensors)):
      self.weights.append(torch.clone(tensors[i].to(torch.device(self.device))))
    return None

  # The same without copies: what is learned stays the caller's.
  def use(self: __torch__.Adapter, tensors: List[Tensor]) -> Tensor:
    self.weights = tensors
    return tensors[0]

  # x [rows, pooled_width] -> [rows, hidden_size]
  def adapt(self: __torch__.Adapter, x: Tensor) -> Tensor:
    x = x.to(torch.device(self.device))
    inner = torch.gelu(torch.linear(x, self.weights[0], self.weights[1]))
    y = torch.linear(inner, self.weights[2], self.weights[3])
    if len(self.weights) > 4:
      y = y + torch.linear(x, self.weights[4])
    return y.to(torch.device("cpu"))
