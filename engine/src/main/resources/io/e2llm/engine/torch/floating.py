# The arithmetic of layers in floating point. Packed stands for the type of a packed weight.

# A layer's joined tensors as they are packed.
def prepare_layer(joined: List[Tensor], rotation: Tensor, top: float) -> List[Tensor]:
  return joined

# The products of a layer as its functions read them: qkv, o, gate, up, down.
def pack_layer(joined: List[Tensor]) -> List[Packed]:
  return [__torch__.pack(joined[1]), __torch__.pack(joined[2]), __torch__.pack(joined[4]), __torch__.pack(joined[5]), __torch__.pack(joined[6])]

# What else they read: both norms, and the bias of qkv if there is one.
def plain_layer(joined: List[Tensor]) -> List[Tensor]:
  plain = [torch.clone(joined[0]), torch.clone(joined[3])]
  if len(joined) > 7:
    plain.append(torch.clone(joined[7]))
  return plain

# x [rows, hidden] -> [rows, (heads + 2 kv_heads) * size]
def queries_keys_values(x: Tensor, packed: List[Packed], plain: List[Tensor], epsilon: float) -> Tensor:
  h = torch.rms_norm(x, [x.size(1)], plain[0], epsilon)
  if len(plain) > 2:
    return __torch__.linear(h, packed[0], plain[2])
  return __torch__.linear(h, packed[0], None)

# x + the output projection of attended [rows, heads * size]
def add_attention(x: Tensor, attended: Tensor, packed: List[Packed]) -> Tensor:
  return __torch__.linear_add(attended, x, packed[1])

def add_mlp(x: Tensor, packed: List[Packed], plain: List[Tensor], epsilon: float) -> Tensor:
  h = torch.rms_norm(x, [x.size(1)], plain[1], epsilon)
  return __torch__.linear_add(__torch__.swiglu(h, packed[2], packed[3]), x, packed[4])

# Embedding [vocabulary, hidden], final norm [hidden] and the head [vocabulary, hidden], if it is not
# the embedding, as they are packed.
def prepare_ends(tensors: List[Tensor], rotation: Tensor, top: float) -> List[Tensor]:
  return tensors

# What `logits` reads of packed weights.
def pack_ends(tensors: List[Tensor]) -> List[Packed]:
  if len(tensors) > 2:
    return [__torch__.pack(tensors[2])]
  return annotate(List[Packed], [])

# What else `embed` and `logits` read.
def plain_ends(tensors: List[Tensor]) -> List[Tensor]:
  return [torch.clone(tensors[0]), torch.clone(tensors[1])]

# Embeddings of ids [rows]; soft [n, hidden] stands at soft_rows [n] instead.
def embed(plain: List[Tensor], rotation: Tensor, ids: Tensor, soft: Tensor, soft_rows: Tensor) -> Tensor:
  x = torch.embedding(plain[0], ids)
  if soft_rows.size(0) > 0:
    x = torch.index_copy(x, 0, soft_rows, soft.to(x.dtype))
  return x

# x [rows, hidden] -> [rows, vocabulary]
def logits(x: Tensor, packed: List[Packed], plain: List[Tensor], epsilon: float) -> Tensor:
  x = torch.rms_norm(x, [x.size(1)], plain[1], epsilon)
  if len(packed) > 0:
    return __torch__.linear(x, packed[0], None)
  return __torch__.linear_unpacked(x, plain[0])
