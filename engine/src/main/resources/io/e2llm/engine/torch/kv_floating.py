# Keys and values kept as floating-point numbers of the cache's type.

# Elements of the cache that hold a vector of `size`.
def cells(size: int) -> int:
  return size

# Puts vectors into target, one element each for one.
def keep(target: Tensor, vectors: Tensor) -> NoneType:
  _0 = target.copy_(vectors)
  return None

# The vectors of `size` that were kept, as `dtype`.
def kept(cache: Tensor, size: int, dtype: int) -> Tensor:
  return cache.to(dtype)
