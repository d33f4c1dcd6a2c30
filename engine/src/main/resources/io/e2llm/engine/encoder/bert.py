# BERT: embeddings of words and positions, then layers of attention and feed-forward, each with its
# norm behind it. RoBERTa and XLM-RoBERTa compute the same, but count positions from another number.

# One layer. x [batch * length, hidden], mask None or [batch, 1, 1, length]; packed: weights of queries,
# keys and values in one, of the attention's output, of the inner and outer feed-forward; plain: bias
# of the first two, a norm, bias of the other two, a norm; norms are a weight and a bias. Packed stands
# for the type of a packed weight.
def layer(x: Tensor, batch: int, heads: int, mask: Optional[Tensor], packed: List[Packed], plain: List[Tensor], epsilon: float) -> Tensor:
  width = x.size(1)
  length = x.size(0) // batch
  joint = __torch__.linear(x, packed[0], plain[0])
  parts = joint.view([batch, length, 3, heads, width // heads]).permute([2, 0, 3, 1, 4])
  seen = torch.scaled_dot_product_attention(parts[0], parts[1], parts[2], mask)
  seen = seen.transpose(1, 2).reshape([batch * length, width])
  x = __torch__.linear_add(seen, x, packed[1], plain[1])
  x = torch.layer_norm(x, [width], plain[2], plain[3], epsilon)
  inner = __torch__.linear_gelu(x, packed[2], plain[4])
  x = __torch__.linear_add_after_gelu(inner, x, packed[3], plain[5])
  return torch.layer_norm(x, [width], plain[6], plain[7], epsilon)

class Encoder(Module):
  __parameters__ = []
  __buffers__ = []
  heads : int
  epsilon : float
  # the position of a text's first token
  first : int
  # layers whose hidden states are token states, ascending; 0 is what the embeddings give
  wanted : List[int]
  # whether a sentence is embedded by its first token, else by the mean of all
  cls : bool
  device : str
  dtype : int
  # of words [vocabulary, hidden], of positions [positions, hidden], the norm's weight and bias
  embeddings : List[Tensor]
  # what `layer` reads, layer after layer
  packed : List[Packed]
  plain : List[Tensor]
  # largest whole number of a quantized weight
  top : float

  # Embeddings of words, positions and token types, the norm's weight and bias. All is copied: the
  # caller's memory may be freed. A text is of token type 0 throughout.
  def load_embeddings(self: __torch__.Encoder, tensors: List[Tensor]) -> NoneType:
    positions = tensors[1] + tensors[2][0]
    kept = [tensors[0], positions, tensors[3], tensors[4]]
    for i in range(len(kept)):
      self.embeddings.append(torch.clone(kept[i].to(torch.device(self.device)).to(self.dtype)))
    return None

  # Weight and bias of the next layer's queries, keys, values, then as `layer` takes them. All is
  # copied.
  def load_layer(self: __torch__.Encoder, tensors: List[Tensor]) -> NoneType:
    moved = annotate(List[Tensor], [])
    for i in range(len(tensors)):
      moved.append(tensors[i].to(torch.device(self.device)).to(self.dtype))
    self.packed.append(__torch__.pack(torch.cat([moved[0], moved[2], moved[4]]), self.top))
    self.plain.append(torch.cat([moved[1], moved[3], moved[5]]))
    for i in range(6, len(moved)):
      if moved[i].dim() == 2:
        self.packed.append(__torch__.pack(moved[i], self.top))
      elif i == 13:
        self.plain.append(__torch__.bias_after_gelu(moved[12], moved[13], self.top))
      else:
        self.plain.append(torch.clone(moved[i]))
    return None

  # ids [batch, length], padded behind each text's `lengths` [batch] where these differ. Returns
  # sentence embeddings of length 1 [batch, hidden], fp32, and if layers are wanted token states
  # [batch * length, layers * hidden] on the device.
  def encode(self: __torch__.Encoder, ids: Tensor, lengths: Tensor, padded: bool, states: bool) -> List[Tensor]:
    device = torch.device(self.device)
    batch = ids.size(0)
    length = ids.size(1)
    words = torch.embedding(self.embeddings[0], ids.to(device))
    x = words + self.embeddings[1][self.first:self.first + length]
    width = x.size(2)
    x = torch.layer_norm(x, [width], self.embeddings[2], self.embeddings[3], self.epsilon).view([batch * length, width])
    size = lengths.to(device).unsqueeze(1)
    real = torch.arange(length, device=device).unsqueeze(0) < size
    mask = annotate(Optional[Tensor], None)
    if padded:
      hidden = torch.logical_not(real).unsqueeze(1).unsqueeze(1)
      mask = torch.masked_fill(torch.zeros([batch, 1, 1, length], dtype=self.dtype, layout=0, device=device), hidden, -inf)
    kept = annotate(List[Tensor], [])
    layers = len(self.packed) // 4
    for i in range(layers + 1):
      if i > 0:
        x = __torch__.layer(x, batch, self.heads, mask, self.packed[i * 4 - 4:i * 4], self.plain[i * 8 - 8:i * 8], self.epsilon)
      if states:
        if i in self.wanted:
          kept.append(x)
    last = x.view([batch, length, width]).to(6)
    if self.cls:
      sentence = last[:, 0]
    else:
      sentence = torch.sum(last * real.unsqueeze(2), [1]) / size
    norm = torch.clamp(torch.sqrt(torch.sum(sentence * sentence, [1], True)), 1.0e-12)
    out = [(sentence / norm).to(torch.device("cpu"))]
    if len(kept) > 0:
      out.append(kept[0] if len(kept) == 1 else torch.cat(kept, 1))
    return out
