# AdamW (Loshchilov and Hutter, Decoupled weight decay regularization, ICLR 2019).
class AdamW(Module):
  __parameters__ = []
  __buffers__ = []
  beta1 : float
  beta2 : float
  epsilon : float

  # The root of the sum of squares of all.
  def norm(self: __torch__.AdamW, gradients: List[Tensor]) -> float:
    total = torch.zeros([1], dtype=7)
    for i in range(len(gradients)):
      total = total + torch.sum(torch.pow(gradients[i].to(7), 2))
    return float(torch.sqrt(total))

  # One step of some parameters, the t-th, counted from 1. Gradients are multiplied by `scale` first
  # and are zero afterwards; `first` and `second` are the running means of them and of their squares.
  def step(self: __torch__.AdamW, parameters: List[Tensor], gradients: List[Tensor], first: List[Tensor], second: List[Tensor], t: int, rate: float, decay: float, scale: float) -> NoneType:
    bias1 = 1. - self.beta1 ** t
    bias2 = 1. - self.beta2 ** t
    for i in range(len(parameters)):
      g = gradients[i].mul_(scale)
      m = first[i].mul_(self.beta1).add_(g, alpha=1. - self.beta1)
      v = second[i].mul_(self.beta2).addcmul_(g, g, value=1. - self.beta2)
      p = parameters[i].mul_(1. - rate * decay)
      _0 = p.addcdiv_(m, torch.sqrt(v / bias2).add_(self.epsilon), value=-rate / bias1)
      _1 = g.zero_()
    return None
