package io.e2llm.decoder.call;

import io.e2llm.common.error.Reason;
import io.e2llm.common.error.ServingException;
import java.util.EnumMap;
import java.util.Map;

/** How far the client's messages have come, and what it may send next. */
enum CallState {
  /** Nothing has come. */
  AWAITS_START,
  /** The generation has begun; soft prompts may come, and the prompt must. */
  AWAITS_PROMPT,
  /** All has come but the half-close. */
  PROMPTED,
  /** Nothing more can come. */
  HALF_CLOSED;

  /** What a client does. */
  enum Step {
    START("start"),
    SOFT_PROMPT("soft_prompt"),
    SOFT_PROMPT_OFFER("soft_prompt_offer"),
    SOFT_PROMPT_RESET("soft_prompt_reset"),
    PROMPT("prompt"),
    HALF_CLOSE("the half-close");

    private final String words;

    Step(String words) {
      this.words = words;
    }
  }

  private static final Map<CallState, Map<Step, CallState>> TABLE = table();

  private static Map<CallState, Map<Step, CallState>> table() {
    Map<CallState, Map<Step, CallState>> table = new EnumMap<>(CallState.class);
    table.put(AWAITS_START, Map.of(Step.START, AWAITS_PROMPT));
    table.put(
        AWAITS_PROMPT,
        Map.of(
            Step.SOFT_PROMPT, AWAITS_PROMPT,
            Step.SOFT_PROMPT_OFFER, AWAITS_PROMPT,
            Step.SOFT_PROMPT_RESET, AWAITS_PROMPT,
            Step.PROMPT, PROMPTED));
    table.put(PROMPTED, Map.of(Step.HALF_CLOSE, HALF_CLOSED));
    table.put(HALF_CLOSED, Map.of());
    return table;
  }

  /**
   * The state after {@code step}.
   *
   * @throws ServingException INVALID_REQUEST when the step has no place here
   */
  CallState after(Step step) {
    CallState next = TABLE.getOrDefault(this, Map.of()).get(step);
    if (next == null) {
      throw new ServingException(Reason.INVALID_REQUEST, step.words + complaint());
    }
    return next;
  }

  private String complaint() {
    return switch (this) {
      case AWAITS_START -> " came before start";
      case AWAITS_PROMPT -> " came where a soft prompt or the prompt was due";
      case PROMPTED, HALF_CLOSED -> " came after prompt, which is the last message";
    };
  }
}
