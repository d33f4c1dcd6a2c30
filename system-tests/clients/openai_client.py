"""What OpenAI's Python package does against a gateway. Usage: openai_client.py BASE_URL"""

import base64
import struct
import sys

import openai

client = openai.OpenAI(base_url=sys.argv[1], api_key="unused", max_retries=0)
NOTE = "In March the board decided to move the office to Lisbon."
ASKED = [{"role": "user", "content": "Where does the office move to?"}]


def check(holds, what):
    if not holds:
        sys.exit(f"openai_client: {what}")


models = client.models.list().data
decoder = next(model.id for model in models if getattr(model, "generates", False))
encoder = next(model.id for model in models if getattr(model, "embeds", False))
check(client.models.retrieve(decoder).id == decoder, "a model cannot be retrieved")

# A question about a document, whole and streamed: the same text, greedily.
whole = client.chat.completions.create(
    model=decoder,
    messages=ASKED,
    temperature=0,
    max_completion_tokens=16,
    extra_body={"documents": [{"id": "note", "text": NOTE}], "context_mode": "retrieval"},
)
text = whole.choices[0].message.content
check(text and whole.usage.completion_tokens > 0, f"no answer: {whole}")
check(whole.usage.context_tokens > 5, f"the context was not read: {whole.usage}")
check(whole.citations[0]["document"] == "note", f"nothing is cited: {whole}")
streamed, usage = "", None
for chunk in client.chat.completions.create(
    model=decoder,
    messages=ASKED,
    temperature=0,
    max_completion_tokens=16,
    stream=True,
    stream_options={"include_usage": True},
    extra_body={"documents": [{"id": "note", "text": NOTE}], "context_mode": "retrieval"},
):
    usage = chunk.usage or usage
    streamed += "".join(choice.delta.content or "" for choice in chunk.choices)
check(streamed == text, f"streamed {streamed!r}, whole {text!r}")
check(usage.total_tokens == whole.usage.total_tokens, f"other usage: {usage}")

# A stored document, uploaded as plain HTTP and asked about by its id.
client.put("/documents/kept", content=NOTE.encode(), options={"headers": {"content-type": "text/plain"}}, cast_to=object)
kept = client.chat.completions.create(
    model=decoder, messages=ASKED, temperature=0, max_completion_tokens=16,
    extra_body={"documents": [{"id": "kept"}], "context_mode": "retrieval"},
)
check(kept.choices[0].message.content == text, f"another answer about the stored document: {kept}")
client.delete("/documents/kept", cast_to=object)

# A stream that is closed before its end.
with client.chat.completions.create(model=decoder, messages=ASKED, max_completion_tokens=400, stream=True) as stream:
    next(iter(stream))

# A raw completion, and embeddings in both encodings.
raw = client.completions.create(model=decoder, prompt="Once upon a time", max_tokens=8, temperature=0)
check(raw.choices[0].text, f"no completion: {raw}")
plain = client.embeddings.create(model=encoder, input=["red roof", "blue sea"], encoding_format="float").data
check(len(plain) == 2 and abs(sum(v * v for v in plain[0].embedding) - 1) < 1e-3, "embeddings are not of length 1")
coded = client.embeddings.create(model=encoder, input="red roof", encoding_format="base64").data[0].embedding
values = struct.unpack(f"<{len(plain[0].embedding)}f", base64.b64decode(coded))
check(max(abs(a - b) for a, b in zip(values, plain[0].embedding)) < 1e-5, "base64 holds other numbers")

# Errors come as the package's own.
try:
    client.chat.completions.create(model="gpt-9", messages=ASKED)
    check(False, "an unknown model was taken")
except openai.NotFoundError as e:
    check(e.code == "model_not_found", f"another code: {e.code}")
try:
    client.chat.completions.create(model=decoder, messages=ASKED, temperature=9)
    check(False, "a wrong temperature was taken")
except openai.BadRequestError as e:
    check(e.param == "temperature", f"another param: {e.param}")
print("openai_client: models, chat, streams, documents, completions, embeddings and errors")
