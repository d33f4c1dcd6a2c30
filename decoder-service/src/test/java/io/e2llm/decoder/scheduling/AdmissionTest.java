package io.e2llm.decoder.scheduling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.decoder.scheduling.Admission.Claim;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AdmissionTest {
  private final Admission admission = new Admission(100, 3);

  @Test
  void room_isGivenInOrderOfArrival() {
    assertEquals(List.of(60, 40, 0), admission.grant(List.of(wants(60), wants(40), wants(1))));
  }

  @Test
  void firstThatDoesNotFit_isNotOvertaken() {
    assertEquals(List.of(60, 0, 0), admission.grant(List.of(wants(60), wants(50), wants(1))));
  }

  @Test
  void committedGrant_isNeverTakenBack() {
    Claim committed = new Claim(70, 70, true);
    assertEquals(List.of(0, 70), admission.grant(List.of(wants(40), committed)));
  }

  @Test
  void growthThatDoesNotFit_keepsWhatItHas() {
    Claim committed = new Claim(70, 70, true);
    Claim grows = new Claim(40, 30, false);
    assertEquals(List.of(70, 30, 0), admission.grant(List.of(committed, grows, wants(1))));
  }

  @Test
  void olderGrows_youngerMakesRoom() {
    Claim older = new Claim(80, 50, false);
    Claim younger = new Claim(50, 50, false);
    assertEquals(List.of(80, 0), admission.grant(List.of(older, younger)));
  }

  @Test
  void sequences_areBounded() {
    assertEquals(
        List.of(1, 1, 1, 0), admission.grant(List.of(wants(1), wants(1), wants(1), wants(1))));
  }

  @Test
  void anyClaims_stayWithinTheCacheAndTheOldestGoesOn() {
    Random random = new Random(4);
    for (int round = 0; round < 5_000; round++) {
      List<Claim> claims = new ArrayList<>();
      long committed = 0;
      for (int i = 0; i < 5; i++) {
        int tokens = 1 + random.nextInt(100);
        boolean fits = committed + tokens <= 100 && i < 3;
        if (random.nextInt(3) == 0 && fits) {
          claims.add(new Claim(tokens, tokens, true));
          committed += tokens;
        } else {
          claims.add(new Claim(tokens, random.nextInt(tokens), false));
        }
      }
      List<Integer> grants = admission.grant(claims);
      assertTrue(grants.stream().mapToInt(Integer::intValue).sum() <= 100, claims::toString);
      assertTrue(grants.stream().filter(grant -> grant > 0).count() <= 3);
      if (committed == 0) {
        assertEquals(claims.get(0).tokens(), grants.get(0));
      }
    }
  }

  private static Claim wants(int tokens) {
    return new Claim(tokens, 0, false);
  }
}
