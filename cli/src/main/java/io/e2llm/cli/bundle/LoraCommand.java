package io.e2llm.cli.bundle;

import io.e2llm.cli.CommandContext;
import io.e2llm.cli.CommandFailure;
import io.e2llm.cli.CommonOptions;
import io.e2llm.engine.bundle.AdapterBundle;
import io.e2llm.engine.bundle.BundleLora.Side;
import io.e2llm.engine.bundle.LoraImport;
import io.e2llm.engine.lora.PeftLora;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code e2llm bundle lora}. */
@Command(
    name = "lora",
    description = {
      "Make a bundle that is as another but for its LoRA, which comes from folders as PEFT saves",
      "them (adapter_config.json, adapter_model.safetensors)."
    },
    sortOptions = false,
    customSynopsis = "e2llm bundle lora [OPTIONS] BUNDLE NEW",
    footer = {"", "Example:", "  e2llm bundle lora --decoder my-peft-folder my-run/best with-lora"})
public final class LoraCommand implements Runnable {
  private final CommandContext context;

  @Parameters(index = "0", paramLabel = "BUNDLE", description = "The bundle.")
  private Path bundle = Path.of("");

  @Parameters(index = "1", paramLabel = "NEW", description = "Folder of the new bundle.")
  private Path made = Path.of("");

  @Option(names = "--decoder", paramLabel = "FOLDER", description = "LoRA of the decoder.")
  private @Nullable Path decoder;

  @Option(names = "--encoder", paramLabel = "FOLDER", description = "LoRA of the encoder.")
  private @Nullable Path encoder;

  @SuppressWarnings("UnusedVariable") // read by picocli
  @Mixin
  private final CommonOptions common = new CommonOptions();

  /** In this context. */
  public LoraCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public void run() {
    Map<Side, PeftLora> lora = new EnumMap<>(Side.class);
    if (decoder != null) {
      lora.put(Side.DECODER, PeftLora.read(decoder));
    }
    if (encoder != null) {
      lora.put(Side.ENCODER, PeftLora.read(encoder));
    }
    if (lora.isEmpty()) {
      throw CommandFailure.wrongUse("--decoder or --encoder is wanted");
    }
    if (Files.exists(made)) {
      throw CommandFailure.wrongUse(made + ": exists already");
    }
    LoraImport.write(AdapterBundle.open(bundle), lora, made);
    AdapterBundle written = AdapterBundle.open(made);
    context.screen().line(made + ": " + written.digest());
  }
}
