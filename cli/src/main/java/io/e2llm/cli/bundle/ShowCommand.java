package io.e2llm.cli.bundle;

import io.e2llm.cli.CommandContext;
import io.e2llm.cli.CommonOptions;
import io.e2llm.cli.terminal.Human;
import io.e2llm.cli.terminal.Screen;
import io.e2llm.engine.bundle.AdapterBundle;
import io.e2llm.engine.bundle.BundleSpec;
import io.e2llm.engine.lora.LoraSpec;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code e2llm bundle show}. */
@Command(
    name = "show",
    description = "Check a bundle and tell what it is made of.",
    footer = {"", "Example:", "  e2llm bundle show my-run/best"})
public final class ShowCommand implements Runnable {
  private final CommandContext context;

  @Parameters(paramLabel = "BUNDLE", description = "Folder of the bundle.")
  private Path folder = Path.of("");

  @SuppressWarnings("UnusedVariable") // read by picocli
  @Mixin
  private final CommonOptions common = new CommonOptions();

  /** In this context. */
  public ShowCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public void run() {
    AdapterBundle bundle = AdapterBundle.open(folder);
    BundleSpec spec = bundle.spec();
    line("trained", spec.trained() ? "yes" : "no: its answers are noise");
    line("encoder", spec.encoder().name() + ", layers " + spec.encoder().layers());
    line("decoder", spec.decoder().name());
    line("chunks", "at most " + spec.chunking().chunkTokens() + " encoder tokens");
    line(
        "pooling",
        spec.pooling().label() + ", " + Human.count(spec.pooling().pooledWidth()) + " wide");
    line(
        "ratios",
        spec.ratios().stream().map(String::valueOf).collect(Collectors.joining(", "))
            + " encoder tokens to a soft token");
    line("encoder's LoRA", lora(spec.lora().encoder()));
    line("decoder's LoRA", lora(spec.lora().decoder()));
    line("size", Human.bytes(bundle.bytes()));
    line("digest", bundle.digest());
  }

  private void line(String what, String value) {
    Screen screen = context.screen();
    screen.line("%-16s%s".formatted(what, value));
  }

  private static String lora(Optional<LoraSpec> lora) {
    return lora.map(
            l ->
                "rank %d, alpha %s, on %s"
                    .formatted(
                        l.rank(),
                        BigDecimal.valueOf(l.alpha()).stripTrailingZeros().toPlainString(),
                        String.join(", ", l.targets())))
        .orElse("none");
  }
}
