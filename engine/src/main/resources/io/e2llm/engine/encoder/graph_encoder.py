# BERT as autograd can differentiate it: frozen weights in fp32, and LoRA beside them; see bert.py.

class GraphEncoder(Module):
  __parameters__ = []
  __buffers__ = []
  heads : int
  epsilon : float
  # the position of a text's first token
  first : int
  # what LoRA's product is multiplied by, see lora.py
  factor : float
  # of words [vocabulary, hidden], of positions [positions, hidden], the norm's weight and bias
  embeddings : List[Tensor]
  # weight and bias of query, key, value, attention's output, a norm, intermediate, output, a norm,
  # layer after layer
  weights : List[Tensor]

  # The next tensors, copied: the caller's memory may be freed. With `layer` a layer's, else those of
  # words, positions and token types and the norm's; a text is of token type 0 throughout.
  def load(self: __torch__.GraphEncoder, tensors: List[Tensor], layer: Tensor) -> Tensor:
    for i in range(len(tensors)):
      if bool(layer):
        self.weights.append(torch.clone(tensors[i]))
      elif i == 1:
        self.embeddings.append(tensors[1] + tensors[2][0])
      elif i != 2:
        self.embeddings.append(torch.clone(tensors[i]))
    return layer

  # ids [batch, length], padded behind each text's `lengths` [batch] -> [batch * length, hidden] and
  # the mask [batch, 1, 1, length] that is added to the scores
  def start(self: __torch__.GraphEncoder, ids: Tensor, lengths: Tensor) -> List[Tensor]:
    (batch, length) = ids.size()
    x = torch.embedding(self.embeddings[0], ids) + self.embeddings[1][self.first:self.first + length]
    width = x.size(2)
    x = torch.layer_norm(x, [width], self.embeddings[2], self.embeddings[3], self.epsilon)
    hidden = torch.arange(length).unsqueeze(0) >= lengths.unsqueeze(1)
    mask = torch.masked_fill(torch.zeros([batch, 1, 1, length]), hidden.unsqueeze(1).unsqueeze(1), -inf)
    return [x.view([batch * length, width]), mask]

  # x [batch * length, hidden] -> the same behind a layer. lora as of `adapted`, for query, key, value,
  # attention's output, intermediate, output.
  def layer(self: __torch__.GraphEncoder, x: Tensor, which: Tensor, mask: Tensor, lora: List[Tensor]) -> Tensor:
    w = self.weights[int(which) * 16:int(which) * 16 + 16]
    batch = mask.size(0)
    length = mask.size(3)
    width = x.size(1)
    shape = [batch, length, self.heads, width // self.heads]
    q = __torch__.adapted(x, w[0], w[1], lora, 0, self.factor).view(shape).transpose(1, 2)
    k = __torch__.adapted(x, w[2], w[3], lora, 1, self.factor).view(shape).transpose(1, 2)
    v = __torch__.adapted(x, w[4], w[5], lora, 2, self.factor).view(shape).transpose(1, 2)
    seen = torch.scaled_dot_product_attention(q, k, v, mask)
    seen = seen.transpose(1, 2).reshape([batch * length, width])
    x = x + __torch__.adapted(seen, w[6], w[7], lora, 3, self.factor)
    x = torch.layer_norm(x, [width], w[8], w[9], self.epsilon)
    inner = torch.gelu(__torch__.adapted(x, w[10], w[11], lora, 4, self.factor))
    x = x + __torch__.adapted(inner, w[12], w[13], lora, 5, self.factor)
    return torch.layer_norm(x, [width], w[14], w[15], self.epsilon)

  # States of several layers side by side.
  def join(self: __torch__.GraphEncoder, states: List[Tensor]) -> Tensor:
    return torch.cat(states, 1)
