package io.e2llm.engine.catalogue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressMeterTest {
  private long nanos;
  private final List<FetchProgress> reports = new ArrayList<>();
  private final ProgressMeter meter = new ProgressMeter(reports::add, () -> nanos);

  @Test
  void steadyDownload_tellsSpeedAndTimeLeft() {
    meter.start(0, 10_000);
    for (int i = 0; i < 5; i++) {
      nanos += 1_000_000_000L;
      meter.add(1000);
    }

    FetchProgress last = reports.getLast();
    assertEquals(new FetchProgress(5000, 10_000, 1000), last);
    assertEquals(5, last.secondsLeft());
  }

  @Test
  void manySmallPieces_reportAtMostTenTimesASecond() {
    meter.start(0, 10_000);
    for (int i = 0; i < 1000; i++) {
      nanos += 1_000_000L;
      meter.add(10);
    }

    assertEquals(10, reports.size());
  }

  @Test
  void resumedBytes_doNotCountAsSpeed() {
    meter.start(9000, 10_000);
    nanos += 1_000_000_000L;
    meter.add(100);

    assertEquals(100, reports.getLast().bytesPerSecond());
  }

  @Test
  void unknownTotal_hasNoTimeLeft() {
    meter.start(0, 0);
    nanos += 1_000_000_000L;
    meter.add(100);

    assertEquals(-1, reports.getLast().secondsLeft());
  }
}
