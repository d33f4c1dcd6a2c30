# Keys and values kept in 8 bits: each vector, of one head and one token, as whole numbers, and
# behind them one more that tells what 1 stands for: the least power of the eighth root of 2 with
# which all numbers are within +-127.

# Elements of the cache that hold a vector of `size`.
def cells(size: int) -> int:
  return size + 1

# Puts vectors into target [..., cells].
def keep(target: Tensor, vectors: Tensor) -> NoneType:
  exact = vectors.to(6)
  size = exact.size(-1)
  largest = torch.add(torch.mul(torch.amax(torch.abs(exact), [-1], True), 0.007874015748031496), 1e-30)
  power = torch.clamp(torch.ceil(torch.mul(torch.log2(largest), 8.)), -128, 127)
  _0 = target.narrow(-1, 0, size).copy_(torch.round(torch.mul(exact, torch.exp2(torch.mul(power, -0.125)))))
  _1 = target.narrow(-1, size, 1).copy_(power)
  return None

# The vectors of `size` that were kept, as `dtype`.
def kept(cache: Tensor, size: int, dtype: int) -> Tensor:
  one = torch.exp2(torch.mul(cache.narrow(-1, size, 1).to(6), 0.125)).to(dtype)
  return torch.mul(cache.narrow(-1, 0, size).to(dtype), one)
