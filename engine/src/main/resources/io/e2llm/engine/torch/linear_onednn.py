# Linear layers on the CPU with oneDNN: weights are packed once into the layout its kernels read
# fastest, and what follows a product is fused into it. fp32 only.

# weight [out, in], copied into oneDNN's own layout.
def pack(weight: Tensor) -> Tensor:
  return ops.mkldnn._reorder_linear_weight(weight, 128)

# x [rows, in] -> [rows, out]
def linear(x: Tensor, weight: Tensor, bias: Optional[Tensor]) -> Tensor:
  return ops.mkldnn._linear_pointwise(x, weight, bias, "none", annotate(List[Optional[number]], []), "")

# residual + x weight^T
def linear_add(x: Tensor, residual: Tensor, weight: Tensor) -> Tensor:
  return ops.mkldnn._linear_pointwise(x, residual, weight, None, "add")

# silu(x gate^T) * (x up^T)
def swiglu(x: Tensor, gate: Tensor, up: Tensor) -> Tensor:
  opened = ops.mkldnn._linear_pointwise(x, gate, None, "swish", annotate(List[Optional[number]], []), "")
  return ops.mkldnn._linear_pointwise(x, opened, up, None, "mul")

# x [rows, in], weight [out, in] as it was loaded -> [rows, out]. For a head that shares its memory
# with the embedding table and so cannot be packed: taken as [out, in] x [in, 2 to 4 rows], the
# shape for which the product reads the weight once at full speed.
def linear_unpacked(x: Tensor, weight: Tensor) -> Tensor:
  rows = x.size(0)
  padded = x
  if rows % 2 == 1:
    padded = torch.cat([x, torch.slice(x, 0, rows - 1, rows)], 0)
  out = torch.empty([padded.size(0), weight.size(0)], dtype=6, layout=0, device=torch.device("cpu"))
  begin = 0
  while begin < padded.size(0):
    end = min(begin + 4, padded.size(0))
    product = torch.mm(weight, torch.slice(padded, 0, begin, end).t())
    _0 = torch.slice(out, 0, begin, end).copy_(product.t())
    begin = end
  return torch.slice(out, 0, 0, rows)
