package io.e2llm.cli.tiers;

import io.e2llm.engine.torch.PrecisionChoice;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that name the models of a process that runs all tiers. */
public final class PairOptions {
  @Option(
      names = "--encoder",
      paramLabel = "NAME|PATH",
      description = "Encoder: a name of the catalogue or a Hugging Face folder.")
  private @Nullable String encoder;

  @Option(
      names = "--decoder",
      paramLabel = "NAME|PATH",
      description = "Decoder: a name of the catalogue, a Hugging Face folder or a GGUF file.")
  private @Nullable String decoder;

  @Option(
      names = "--bundle",
      paramLabel = "PATH",
      description = {
        "Adapter bundle: a folder with adapter.json and adapter.safetensors; none for no bundle.",
        "Default: the one that comes with e2llm, where it was made for the model."
      })
  private @Nullable Path bundle;

  @Option(
      names = "--precision",
      paramLabel = "PRECISION",
      description = "auto, fp32 or int8; fp16 and bf16 need CUDA. Default: auto.")
  private @Nullable PrecisionChoice precision;

  /** Whether any of them is given. */
  public boolean given() {
    return encoder != null || decoder != null || bundle != null || precision != null;
  }

  /** The models. */
  public LocalPlan.Models models() {
    return new LocalPlan.Models(
        Optional.ofNullable(encoder),
        Optional.ofNullable(decoder),
        Optional.ofNullable(bundle),
        precision == null ? PrecisionChoice.AUTO : precision,
        PrecisionChoice.AUTO);
  }

  /** The settings these options stand for. */
  public Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>();
    models().encoder().ifPresent(value -> settings.put("encoder", value));
    models().decoder().ifPresent(value -> settings.put("decoder", value));
    models().bundle().ifPresent(value -> settings.put("bundle", value.toString()));
    if (precision != null) {
      settings.put("precision", precision.name().toLowerCase(Locale.ROOT));
    }
    return settings;
  }
}
