package io.e2llm.engine.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.e2llm.engine.StrictJson;
import io.e2llm.engine.bundle.BundleSpec.Chunking;
import io.e2llm.engine.bundle.BundleSpec.DecoderSide;
import io.e2llm.engine.bundle.BundleSpec.EncoderSide;

/** {@code adapter.json} read and written. */
final class BundleJson {
  private static final String MLP_GELU = "mlp-gelu";
  private static final int MOST_WIDTH = 1 << 17;
  private static final int MOST_LAYERS = 1024;
  private static final int LEAST_CHUNK = 8;
  private static final int MOST_CHUNK = 8192;
  private static final int MOST_HEADS = 1024;

  private BundleJson() {}

  static BundleSpec read(JsonNode json) {
    JsonFields root = JsonFields.root(json);
    int version = root.integer("format_version", 1, Integer.MAX_VALUE);
    if (version != BundleSpec.FORMAT_VERSION) {
      throw root.wrong("format_version", version + " is not supported");
    }
    if (root.has("lora")) {
      throw root.wrong("lora", "LoRA in bundles is not supported yet");
    }
    BundleSpec spec =
        new BundleSpec(
            root.bool("trained"),
            encoder(root.object("encoder")),
            decoder(root.object("decoder")),
            chunking(root.object("chunking")),
            PoolingJson.read(root.object("pooling")),
            root.integers("ratios", 1, MOST_CHUNK),
            adapter(root.object("adapter")));
    root.end();
    return spec;
  }

  private static EncoderSide encoder(JsonFields fields) {
    EncoderSide side =
        new EncoderSide(
            fields.text("name"),
            fields.digest("digest"),
            width(fields, "hidden_size"),
            fields.integers("layers", 0, MOST_LAYERS));
    fields.end();
    return side;
  }

  private static DecoderSide decoder(JsonFields fields) {
    DecoderSide side =
        new DecoderSide(fields.text("name"), fields.digest("digest"), width(fields, "hidden_size"));
    fields.end();
    return side;
  }

  private static Chunking chunking(JsonFields fields) {
    Chunking chunking =
        new Chunking(
            fields.integer("chunk_tokens", LEAST_CHUNK, MOST_CHUNK),
            fields.integer("chunker_version", 1, Integer.MAX_VALUE));
    fields.end();
    return chunking;
  }

  private static AdapterSpec adapter(JsonFields fields) {
    String type = fields.text("type");
    if (!type.equals(MLP_GELU)) {
      throw fields.wrong("type", type + " is not supported; " + MLP_GELU + " is");
    }
    AdapterSpec spec =
        new AdapterSpec(width(fields, "inner_width"), fields.bool("residual", false));
    fields.end();
    return spec;
  }

  static int width(JsonFields fields, String name) {
    return fields.integer(name, 1, MOST_WIDTH);
  }

  static int heads(JsonFields fields) {
    return fields.integer("heads", 1, MOST_HEADS);
  }

  static int queries(JsonFields fields) {
    return fields.integer("queries", 1, MOST_CHUNK);
  }

  static ObjectNode write(BundleSpec spec) {
    ObjectNode json =
        StrictJson.MAPPER
            .createObjectNode()
            .put("format_version", BundleSpec.FORMAT_VERSION)
            .put("trained", spec.trained());
    ObjectNode encoder =
        json.putObject("encoder")
            .put("name", spec.encoder().name())
            .put("digest", spec.encoder().digest())
            .put("hidden_size", spec.encoder().hiddenSize());
    spec.encoder().layers().forEach(encoder.putArray("layers")::add);
    json.putObject("decoder")
        .put("name", spec.decoder().name())
        .put("digest", spec.decoder().digest())
        .put("hidden_size", spec.decoder().hiddenSize());
    json.putObject("chunking")
        .put("chunk_tokens", spec.chunking().chunkTokens())
        .put("chunker_version", spec.chunking().chunkerVersion());
    json.set("pooling", PoolingJson.write(spec.pooling()));
    spec.ratios().forEach(json.putArray("ratios")::add);
    json.putObject("adapter")
        .put("type", MLP_GELU)
        .put("inner_width", spec.adapter().innerWidth())
        .put("residual", spec.adapter().residual());
    return json;
  }
}
