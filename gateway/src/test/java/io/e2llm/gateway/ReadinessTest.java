package io.e2llm.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
final class ReadinessTest {
  private final List<Boolean> told = new CopyOnWriteArrayList<>();

  @Test
  void gatewayIsReady_whileItHasBothTiers() {
    try (Fleet fleet = Fleet.of("", false, 600)) {
      fleet.encoderEndpoints.hide(true);
      fleet.decoderEndpoints.hide(true);
      fleet.tier.onReadiness(told::add);
      assertEquals(List.of(), told);
      fleet.encoderEndpoints.hide(false);
      assertEquals(List.of(), told);
      fleet.decoderEndpoints.hide(false);
      assertEquals(List.of(true), told);
      fleet.decoderEndpoints.hide(false);
      assertEquals(List.of(true), told);
      fleet.encoderEndpoints.hide(true);
      assertEquals(List.of(true, false), told);
      fleet.encoderEndpoints.hide(false);
      assertEquals(List.of(true, false, true), told);
    }
  }

  @Test
  void workers_areCounted() {
    try (Fleet fleet =
        new Fleet(
            List.of(new FakeEncoder("", false), new FakeEncoder("", false)),
            List.of(new FakeDecoder("", 600)))) {
      assertEquals(2, gauge(fleet, "e2llm_gateway_encoders"));
      assertEquals(1, gauge(fleet, "e2llm_gateway_decoders"));
      fleet.encoderEndpoints.hide(true);
      assertEquals(0, gauge(fleet, "e2llm_gateway_encoders"));
    }
  }

  private static double gauge(Fleet fleet, String name) {
    return fleet.registry.scrape().stream()
        .filter(metric -> metric.getMetadata().getName().equals(name))
        .flatMap(metric -> metric.getDataPoints().stream())
        .mapToDouble(point -> ((GaugeDataPointSnapshot) point).getValue())
        .sum();
  }

  @Test
  void tiersOfTheSameProcess_makeItReadyAtOnce() {
    try (Fleet fleet = Fleet.of("", false, 600)) {
      fleet.tier.onReadiness(told::add);
      assertEquals(List.of(true), told);
    }
  }

  @Test
  void gatewayWithoutOneTier_isNotReady() {
    try (Fleet fleet = new Fleet(List.of(new FakeEncoder("", false)), List.of())) {
      fleet.tier.onReadiness(told::add);
      assertEquals(List.of(), told);
    }
  }
}
