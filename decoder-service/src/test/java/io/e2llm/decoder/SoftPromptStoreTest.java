package io.e2llm.decoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.e2llm.decoder.soft.SoftPromptBytes;
import io.e2llm.decoder.soft.SoftPromptStore;
import org.junit.jupiter.api.Test;

class SoftPromptStoreTest {
  private final SoftPromptStore store = new SoftPromptStore(3 * 40);

  private static SoftPromptBytes tenFloats(int salt) {
    return SoftPromptBytes.of(Call.tensor(5, 2, salt), 2, 5);
  }

  @Test
  void longestUnused_goesFirst() {
    SoftPromptBytes[] all = {tenFloats(0), tenFloats(1), tenFloats(2), tenFloats(3)};
    for (int i = 0; i < 3; i++) {
      assertSame(all[i], store.put("", all[i]));
    }
    assertNotNull(store.get("", all[0].digest()));
    assertSame(all[3], store.put("", all[3]));
    assertNull(store.get("", all[1].digest()));
    assertNotNull(store.get("", all[0].digest()));
    assertEquals(120, store.bytes());
  }

  @Test
  void equalOnes_areOneButNotAcrossTenants() {
    SoftPromptBytes first = tenFloats(1);
    SoftPromptBytes second = tenFloats(1);
    assertSame(first, store.put("", first));
    assertSame(first, store.put("", second));
    assertNull(store.get("other", first.digest()));
    assertSame(second, store.put("other", second));
    assertEquals(80, store.bytes());
  }

  @Test
  void largerThanTheStore_isNotHeld() {
    SoftPromptStore none = new SoftPromptStore(0);
    SoftPromptBytes softPrompt = tenFloats(1);
    assertSame(softPrompt, none.put("", softPrompt));
    assertNull(none.get("", softPrompt.digest()));
    assertEquals(0, none.bytes());
  }
}
