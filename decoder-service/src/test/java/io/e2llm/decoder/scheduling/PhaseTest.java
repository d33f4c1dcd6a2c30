package io.e2llm.decoder.scheduling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Set;
import org.junit.jupiter.api.Test;

class PhaseTest {
  @Test
  void delivering_neverGoesBackToTheQueue() {
    assertThrows(IllegalStateException.class, () -> Phase.DELIVERING.to(Phase.WAITING));
  }

  @Test
  void everyPhase_leadsToTheEnd() {
    for (Phase phase : Phase.values()) {
      assertEquals(phase != Phase.GONE, phase.next().contains(Phase.GONE), phase::name);
    }
    assertEquals(Set.of(), Phase.GONE.next());
  }
}
