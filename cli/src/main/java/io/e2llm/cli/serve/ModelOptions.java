package io.e2llm.cli.serve;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of a tier that holds a model. */
final class ModelOptions {
  @Option(
      names = "--model",
      paramLabel = "NAME|PATH",
      description = "A name of the catalogue, a Hugging Face folder, or a decoder's GGUF file.")
  private @Nullable String model;

  @Option(
      names = "--bundle",
      paramLabel = "PATH",
      description = {
        "Adapter bundle: a folder with adapter.json and adapter.safetensors; none for no bundle.",
        "Default: the one that comes with e2llm, where it was made for the model."
      })
  private @Nullable String bundle;

  @Option(
      names = "--precision",
      paramLabel = "PRECISION",
      description = "auto, fp32 or int8; fp16 and bf16 need CUDA. Default: auto.")
  private @Nullable String precision;

  /** The settings these options stand for. */
  Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>();
    if (model != null) {
      settings.put("model", model);
    }
    if (bundle != null) {
      settings.put("bundle", bundle);
    }
    if (precision != null) {
      settings.put("precision", precision);
    }
    return settings;
  }
}
