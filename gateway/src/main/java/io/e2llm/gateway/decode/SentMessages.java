package io.e2llm.gateway.decode;

import io.e2llm.decoder.v1.GenerateRequest;
import io.e2llm.decoder.v1.GenerateStart;
import io.e2llm.decoder.v1.Prompt;
import io.e2llm.decoder.v1.SoftPrompt;
import io.e2llm.decoder.v1.SoftPromptReset;
import io.e2llm.tensor.v1.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a generation's decoder has been told and has answered, so that another can be told the same.
 * Not thread-safe.
 */
final class SentMessages {
  private final GenerateStart start;
  private final List<GenerateRequest> softPrompts = new ArrayList<>();
  private final List<Integer> received = new ArrayList<>();
  private @Nullable GenerateRequest prompt;

  SentMessages(GenerateStart start) {
    this.start = start;
  }

  /** Notes a soft prompt and returns its message. */
  GenerateRequest softPrompt(int index, Tensor tensor) {
    GenerateRequest message =
        GenerateRequest.newBuilder()
            .setSoftPrompt(SoftPrompt.newBuilder().setIndex(index).setTensor(tensor))
            .build();
    softPrompts.add(message);
    return message;
  }

  /** Forgets the soft prompts and returns the message that says so. */
  GenerateRequest reset() {
    softPrompts.clear();
    return GenerateRequest.newBuilder()
        .setSoftPromptReset(SoftPromptReset.getDefaultInstance())
        .build();
  }

  /** Notes the prompt and returns its message. */
  GenerateRequest prompt(Prompt last) {
    GenerateRequest message = GenerateRequest.newBuilder().setPrompt(last).build();
    prompt = message;
    return message;
  }

  /** Notes a generated id. */
  void received(int id) {
    received.add(id);
  }

  /** Whether the prompt has been sent. */
  boolean complete() {
    return prompt != null;
  }

  /** All messages, as a new attempt must send them. */
  List<GenerateRequest> replay() {
    List<GenerateRequest> messages = new ArrayList<>(softPrompts.size() + 2);
    messages.add(
        GenerateRequest.newBuilder()
            .setStart(start.toBuilder().addAllGeneratedIds(received))
            .build());
    messages.addAll(softPrompts);
    if (prompt != null) {
      messages.add(prompt);
    }
    return messages;
  }

  /** Lets go of the memory. */
  void clear() {
    softPrompts.clear();
    prompt = null;
  }
}
