package io.e2llm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.e2llm.cli.tiers.DecoderConfig;
import io.e2llm.cli.tiers.EncoderConfig;
import io.e2llm.cli.tiers.GatewayConfig;
import io.e2llm.cli.tiers.UpConfig;
import io.e2llm.cli.train.TrainConfig;
import io.e2llm.common.config.ConfigReference;
import io.e2llm.common.config.ConfigReference.Section;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Keys and defaults of every process, pinned by the page that documents them. To write the page
 * anew: {@code mvn -pl cli -am test -Dtest=ConfigurationPageTest -De2llm.write=true
 * -Dsurefire.failIfNoSpecifiedTests=false}.
 */
final class ConfigurationPageTest {
  private static final Path PAGE = Path.of("..", "docs", "configuration.md");

  @Test
  void page_isWhatTheSettingsSay() throws IOException {
    String page =
        ConfigReference.markdown(
            List.of(
                new Section("`e2llm gateway`", GatewayConfig.class),
                new Section("`e2llm encoder`", EncoderConfig.class),
                new Section("`e2llm decoder`", DecoderConfig.class),
                new Section("`e2llm up`", UpConfig.class),
                new Section("`e2llm train`", TrainConfig.class)));
    if (Boolean.getBoolean("e2llm.write")) {
      Files.writeString(PAGE, page);
    }
    assertEquals(page, Files.readString(PAGE));
  }
}
