# A class for the tests of packer and module: attributes of every kind, and a few methods.
class Probe(Module):
  __parameters__ = []
  __buffers__ = []
  whole : int
  large : int
  part : float
  flag : bool
  word : str
  wholes : List[int]
  parts : List[float]
  weights : List[Tensor]
  packed : List[__torch__.torch.classes.quantized.LinearPackedParamsBase]
  def summary(self: __torch__.Probe) -> int:
    total = torch.add(self.whole, self.large)
    for i in range(torch.len(self.wholes)):
      total = torch.add(total, self.wholes[i])
    if self.flag:
      total = torch.add(total, torch.len(self.word))
    return torch.add(total, torch.add(torch.len(self.weights), torch.len(self.packed)))
  def real(self: __torch__.Probe) -> float:
    return torch.add(self.part, self.parts[1])
  def load(self: __torch__.Probe, weights: List[Tensor]) -> NoneType:
    self.weights = weights
    return None
  def multiply(self: __torch__.Probe, x: Tensor, factor: float) -> Tensor:
    return torch.mul(torch.matmul(x, self.weights[0]), factor)
  def repeat(self: __torch__.Probe, x: Tensor, times: List[int]) -> List[Tensor]:
    out = annotate(List[Tensor], [])
    for i in range(torch.len(times)):
      _0 = torch.append(out, torch.mul(x, times[i]))
    return out
  def fail(self: __torch__.Probe, x: Tensor) -> Tensor:
    return torch.matmul(x, torch.zeros([7, 7]))

  def zeros(self: __torch__.Probe, rows: int, columns: int) -> Tensor:
    return torch.zeros([rows, columns])
