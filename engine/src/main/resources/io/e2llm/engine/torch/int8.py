# The arithmetic of layers with 8-bit weights and activations on the CPU. Products of whole numbers
# are exact, so a row's numbers depend on nothing but the row. Packed stands for the type of a packed
# weight.
#
# Every row of a weight and every row of an activation has a scale of its own. The residual stream is
# kept turned by a fixed orthogonal matrix, folded into the weights on both its sides, which spreads
# its few large channels over all, so that 8 bits suffice (QuaRot, arXiv 2404.00456); the norms'
# weights are folded in too. What enters the down projection cannot be turned for free and is taken
# in two 8-bit terms, the second in units of a 254th of the first's.

# weight [out, in] in whole numbers within +-`top`: int8 [out, in], and what 1 stands for [out]
def whole(weight: Tensor, top: float) -> List[Tensor]:
  scale = torch.add(torch.amax(torch.abs(weight), [1], True), 1e-30) / top
  return [torch.round(weight / scale).to(1), torch.reshape(scale, [weight.size(0)])]

def pack(numbers: Tensor, scale: Tensor) -> Packed:
  zero = torch.zeros([numbers.size(0)], dtype=4)
  return ops.quantized.linear_prepack(torch._make_per_channel_quantized_tensor(numbers, scale.to(7), zero, 0), None)

# x [rows, in] -> the same within +-127, and what 1 stands for [rows, 1]
def scale_rows(x: Tensor) -> Tuple[Tensor, Tensor]:
  scale = torch.add(torch.mul(torch.amax(torch.abs(x), [1], True), 0.007874015748031496), 1e-30)
  return (torch.div(x, scale), scale)

# x [rows, in], rounded to whole units -> [rows, out]
def product(x: Tensor, unit: float, weight: Packed) -> Tensor:
  return ops.quantized.linear_with_input_q_dq_qweight_dq_output_fp32(x, unit, 128, weight)

# The linear layer of rows whose norm's weight is folded into it.
def normed_linear(x: Tensor, weight: Packed, epsilon: float) -> Tensor:
  (scaled, one) = __torch__.scale_rows(x)
  length = torch.linalg_vector_norm(x, 2, [1], True)
  norm = torch.rsqrt(torch.add(torch.mul(torch.square(length), 1. / x.size(1)), epsilon))
  return __torch__.product(scaled, 1., weight).mul_(torch.mul(one, norm))

# A layer's joined tensors as they are packed: qkv, o, gate and up, down, each as whole numbers and
# what 1 stands for; the bias of qkv if there is one.
def prepare_layer(joined: List[Tensor], rotation: Tensor, top: float) -> List[Tensor]:
  opened = torch.mul(torch.cat([joined[4], joined[5]], 0), joined[3])
  prepared = __torch__.whole(torch.matmul(torch.mul(joined[1], joined[0]), rotation), top)
  prepared.extend(__torch__.whole(torch.matmul(rotation.t(), joined[2]), top))
  prepared.extend(__torch__.whole(torch.matmul(opened, rotation), top))
  prepared.extend(__torch__.whole(torch.matmul(rotation.t(), joined[6]), top))
  prepared.extend(joined[7:])
  return prepared

# The products of a layer as its functions read them.
def pack_layer(prepared: List[Tensor]) -> List[Packed]:
  return [__torch__.pack(prepared[2 * i], prepared[2 * i + 1]) for i in range(4)]

# What else they read: the bias of qkv if there is one.
def plain_layer(prepared: List[Tensor]) -> List[Tensor]:
  return [torch.clone(bias) for bias in prepared[8:]]

# x [rows, hidden] -> [rows, (heads + 2 kv_heads) * size]
def queries_keys_values(x: Tensor, packed: List[Packed], plain: List[Tensor], epsilon: float) -> Tensor:
  y = __torch__.normed_linear(x, packed[0], epsilon)
  if len(plain) > 0:
    y = y.add_(plain[0])
  return y

# x + the output projection of attended [rows, heads * size]
def add_attention(x: Tensor, attended: Tensor, packed: List[Packed]) -> Tensor:
  (scaled, one) = __torch__.scale_rows(attended)
  return torch.addcmul(x, __torch__.product(scaled, 1., packed[1]), one)

def add_mlp(x: Tensor, packed: List[Packed], plain: List[Tensor], epsilon: float) -> Tensor:
  opened = __torch__.normed_linear(x, packed[2], epsilon)
  inner = opened.size(1) // 2
  h = torch.mul(torch.silu(torch.narrow(opened, 1, 0, inner)), torch.narrow(opened, 1, inner, inner))
  (scaled, one) = __torch__.scale_rows(h)
  y = __torch__.product(scaled, 1., packed[3])
  rest = torch.sub(scaled, torch.round(scaled))
  y = y.add_(__torch__.product(rest, 0.003937007874015748, packed[3]))
  return torch.addcmul(x, y, one)

# Embedding [vocabulary, hidden], final norm [hidden] and the head [vocabulary, hidden], if it is not
# the embedding, as they are packed: embedding and head, each as whole numbers and what 1 stands for.
def prepare_ends(tensors: List[Tensor], rotation: Tensor, top: float) -> List[Tensor]:
  head = tensors[0] if len(tensors) == 2 else tensors[2]
  prepared = __torch__.whole(torch.matmul(tensors[0], rotation), 127.)
  prepared.extend(__torch__.whole(torch.matmul(torch.mul(head, tensors[1]), rotation), top))
  return prepared

# What `logits` reads of packed weights.
def pack_ends(prepared: List[Tensor]) -> List[Packed]:
  return [__torch__.pack(prepared[2], prepared[3])]

# What else `embed` and `logits` read: the embedding.
def plain_ends(prepared: List[Tensor]) -> List[Tensor]:
  return [torch.clone(prepared[0]), torch.clone(prepared[1])]

# Embeddings of ids [rows]; soft [n, hidden] stands at soft_rows [n] instead.
def embed(plain: List[Tensor], rotation: Tensor, ids: Tensor, soft: Tensor, soft_rows: Tensor) -> Tensor:
  scale = torch.unsqueeze(torch.index_select(plain[1], 0, ids), 1)
  x = torch.index_select(plain[0], 0, ids).to(6).mul_(scale)
  if soft_rows.size(0) > 0:
    x = torch.index_copy(x, 0, soft_rows, torch.matmul(soft, rotation))
  return x

# x [rows, hidden] -> [rows, vocabulary]
def logits(x: Tensor, packed: List[Packed], plain: List[Tensor], epsilon: float) -> Tensor:
  return __torch__.normed_linear(x, packed[0], epsilon)
