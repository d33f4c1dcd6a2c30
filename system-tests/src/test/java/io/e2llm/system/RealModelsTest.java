package io.e2llm.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.e2llm.engine.TestModels;
import io.e2llm.engine.chat.ChatMessage;
import io.e2llm.engine.chat.PromptFrame;
import io.e2llm.engine.decoder.DecoderModel;
import io.e2llm.engine.decoder.Decoders;
import io.e2llm.engine.decoder.Reading;
import io.e2llm.engine.files.ModelFiles;
import io.e2llm.engine.torch.CoreBudget;
import io.e2llm.engine.torch.TorchOptions;
import io.e2llm.gateway.prompt.PromptRenderer;
import io.e2llm.gateway.v1.ContextMode;
import io.e2llm.gateway.v1.GenerateRequest;
import io.e2llm.gateway.v1.GenerateSettings;
import io.e2llm.gateway.v1.Role;
import io.e2llm.gateway.v1.VerbatimChunk;
import io.grpc.ManagedChannel;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The default models, end to end over gRPC, each tier a process. */
@Timeout(600)
final class RealModelsTest {
  private static final String NEEDLE =
      "The lighthouse keeper of Brimfell keeps a cat named Marmalade.";
  private static final String QUESTION = "What is the name of the cat of the lighthouse keeper?";
  private static final int CHARACTERS = 200_000;

  private static @Nullable Fleet fleet;
  private static @Nullable ManagedChannel channel;

  @BeforeAll
  static void start(@TempDir Path folder) throws Exception {
    fleet = Fleet.start(folder, Fleet.realModels(folder), 1);
    channel = fleet.gateway().channel();
  }

  @AfterAll
  static void stop() {
    if (channel != null) {
      channel.shutdownNow();
    }
    if (fleet != null) {
      fleet.close();
    }
  }

  @Test
  void questionsWithoutContext_areAnsweredAsTheReferenceDoes() throws Exception {
    int compared = 0;
    for (JsonNode golden : reference().get("decoder_fp32")) {
      List<Integer> greedy = new ArrayList<>();
      golden.get("greedy_ids").forEach(id -> greedy.add(id.asInt()));
      Answer answer = ask(conversation(golden.get("messages"), greedy.size()));
      assertEquals(greedy.subList(0, answer.ids().size()), answer.ids());
      assertTrue(
          answer.ids().size() >= greedy.size() - 1, "ended before the reference: " + answer.text());
      compared++;
    }
    assertTrue(compared > 0);
  }

  @Test
  void contextAsText_isAnsweredAsTheEngineDoesByItself() throws Exception {
    String context = NEEDLE + " " + Texts.filler(9, 1_500).strip();
    Answer answer = ask(Answer.request(ContextMode.CONTEXT_MODE_TEXT, 40, context, QUESTION));

    ModelFiles files = ModelFiles.open(TestModels.decoderFile());
    TorchOptions options = TorchOptions.cpu(CoreBudget.ofMachine());
    try (DecoderModel model = Decoders.load(files, Optional.empty(), options)) {
      ChatMessage message =
          new ChatMessage("user", PromptFrame.message(List.of(context), QUESTION));
      int[] prompt =
          new PromptRenderer(model.tokenizer(), model.chatTemplate().orElseThrow())
              .render(List.of(message), false)
              .tail();
      List<Integer> greedy = Reading.greedy(model, prompt, 40);
      greedy.removeIf(model.description().endTokens()::contains);
      assertEquals(greedy, answer.ids());
      assertEquals(prompt.length, answer.end().getUsage().getPromptTokens());
    }
  }

  @Test
  void factDeepInsideAText_standsVerbatimInTheHybridPrompt() throws Exception {
    String context = Texts.haystack(Texts.filler(6, CHARACTERS), 0.31, NEEDLE);
    int at = context.indexOf(NEEDLE);
    Answer answer = ask(Answer.request(ContextMode.CONTEXT_MODE_HYBRID, 4, context, QUESTION));
    boolean verbatim = false;
    for (VerbatimChunk chunk : answer.end().getVerbatimList()) {
      verbatim |= chunk.getBegin() <= at && at + NEEDLE.length() <= chunk.getEnd();
    }
    assertTrue(verbatim, "the needle at " + at + " is in none of " + answer.end());
    assertTrue(answer.end().getUsage().getSoftTokens() > 0);
  }

  private static GenerateRequest conversation(JsonNode messages, int maxTokens) {
    GenerateRequest.Builder request =
        GenerateRequest.newBuilder()
            .setSettings(
                GenerateSettings.newBuilder()
                    .setContextMode(ContextMode.CONTEXT_MODE_TEXT)
                    .setMaxTokens(maxTokens));
    for (JsonNode message : messages) {
      request.addMessages(
          io.e2llm.gateway.v1.ChatMessage.newBuilder()
              .setRole(role(message.get("role").asText()))
              .setContent(message.get("content").asText()));
    }
    return request.build();
  }

  private static Role role(String name) {
    return switch (name) {
      case "system" -> Role.ROLE_SYSTEM;
      case "user" -> Role.ROLE_USER;
      case "assistant" -> Role.ROLE_ASSISTANT;
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static Answer ask(GenerateRequest request) throws Exception {
    if (channel == null) {
      throw new IllegalStateException("not started");
    }
    return Answer.of(channel, List.of(request));
  }

  private static JsonNode reference() throws Exception {
    try (InputStream in = RealModelsTest.class.getResourceAsStream("/reference/models.json")) {
      if (in == null) {
        throw new AssertionError("reference/models.json is not on the class path");
      }
      return new ObjectMapper().readTree(in);
    }
  }
}
