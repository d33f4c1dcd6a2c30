package io.e2llm.engine.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.e2llm.engine.StrictJson;
import io.e2llm.engine.bundle.BundleLora.Side;
import io.e2llm.engine.bundle.BundleSpec.Chunking;
import io.e2llm.engine.bundle.BundleSpec.DecoderSide;
import io.e2llm.engine.bundle.BundleSpec.EncoderSide;
import io.e2llm.engine.lora.LoraSpec;
import java.util.Optional;

/** {@code adapter.json} read and written. */
final class BundleJson {
  private static final String MLP_GELU = "mlp-gelu";
  private static final int MOST_WIDTH = 1 << 17;
  private static final int MOST_LAYERS = 1024;
  private static final int LEAST_CHUNK = 8;
  private static final int MOST_CHUNK = 8192;
  private static final int MOST_HEADS = 1024;
  private static final int MOST_RANK = 1024;

  private BundleJson() {}

  static BundleSpec read(JsonNode json) {
    JsonFields root = JsonFields.root(json);
    int version = root.integer("format_version", 1, Integer.MAX_VALUE);
    if (version != BundleSpec.FORMAT_VERSION) {
      throw root.wrong("format_version", version + " is not supported");
    }
    BundleSpec spec =
        new BundleSpec(
            root.bool("trained"),
            encoder(root.object("encoder")),
            decoder(root.object("decoder")),
            chunking(root.object("chunking")),
            PoolingJson.read(root.object("pooling")),
            root.integers("ratios", 1, MOST_CHUNK),
            adapter(root.object("adapter")),
            root.has("lora") ? lora(root.object("lora")) : BundleLora.NONE);
    if (root.has("lora") && spec.lora().equals(BundleLora.NONE)) {
      throw root.wrong("lora", "encoder or decoder is wanted");
    }
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

  private static BundleLora lora(JsonFields fields) {
    BundleLora lora = new BundleLora(side(fields, Side.ENCODER), side(fields, Side.DECODER));
    fields.end();
    return lora;
  }

  private static Optional<LoraSpec> side(JsonFields fields, Side side) {
    String name = PoolingSpec.lower(side);
    if (!fields.has(name)) {
      return Optional.empty();
    }
    JsonFields own = fields.object(name);
    LoraSpec spec =
        new LoraSpec(own.integer("rank", 1, MOST_RANK), own.number("alpha"), own.texts("targets"));
    own.end();
    return Optional.of(spec);
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
    writeLora(json, spec.lora());
    return json;
  }

  private static void writeLora(ObjectNode json, BundleLora lora) {
    if (lora.equals(BundleLora.NONE)) {
      return;
    }
    ObjectNode sides = json.putObject("lora");
    for (Side side : Side.values()) {
      lora.of(side)
          .ifPresent(
              spec -> {
                ObjectNode own =
                    sides
                        .putObject(PoolingSpec.lower(side))
                        .put("rank", spec.rank())
                        .put("alpha", spec.alpha());
                spec.targets().forEach(own.putArray("targets")::add);
              });
    }
  }
}
