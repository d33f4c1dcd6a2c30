package io.e2llm.cli.serve;

import io.e2llm.cli.CommandContext;
import io.e2llm.common.config.ConfigInput;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options by which every setting of a process can be reached. */
public final class SettingOptions {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Settings as YAML; docs/configuration.md lists them.")
  private @Nullable Path config;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Any one setting; may be given again and again.")
  private Map<String, String> settings = new HashMap<>();

  /** All sources of settings, with {@code more} of the command's own options. */
  public ConfigInput input(CommandContext context, Map<String, String> more) {
    Map<String, String> overrides = new HashMap<>(settings);
    overrides.putAll(more);
    return new ConfigInput(Optional.ofNullable(config), context.environment(), overrides);
  }
}
