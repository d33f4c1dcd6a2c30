package io.e2llm.cli.models;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.e2llm.engine.catalogue.FetchProgress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FetchScreenTest {
  private static final FetchProgress PROGRESS = new FetchProgress(4_500_000, 12_000_000, 1.6e6);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "97 | smollm2-135m-instruct [#########---------------] 37% 4.5/12.0 MB, 1.6 MB/s, 5 s left",
        "77 | smollm2-135m-instruct [######-----------] 37% 4.5/12.0 MB, 1.6 MB/s, 5 s left",
        "67 | smollm2-135m-instruct 37% 4.5/12.0 MB, 1.6 MB/s, 5 s left",
        "37 | 37% 4.5/12.0 MB, 1.6 MB/s, 5 s left",
        "27 | 37%, 1.6 MB/s, 5 s left",
        "17 | 37%"
      })
  void bar_tellsWhatFits(int room, String line) {
    assertEquals(line, FetchScreen.bar(room, "smollm2-135m-instruct", PROGRESS));
  }

  @Test
  void unknownSpeedAndSize_areLeftOut() {
    assertEquals(
        "m [------------------------] 0% 0.0/12.0 MB",
        FetchScreen.bar(77, "m", new FetchProgress(0, 12_000_000, 0)));
    assertEquals(
        "m 4.5 MB, 1.6 MB/s", FetchScreen.bar(77, "m", new FetchProgress(4_500_000, 0, 1.6e6)));
  }
}
