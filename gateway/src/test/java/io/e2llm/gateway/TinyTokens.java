package io.e2llm.gateway;

import io.e2llm.engine.TinyModels;
import io.e2llm.engine.chat.ChatTemplate;
import io.e2llm.engine.files.ModelFiles;
import io.e2llm.engine.tokenizer.HfTokenizer;
import io.e2llm.engine.tokenizer.Tokenizer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The tokenizers of the tiny models: one token for each character, or for each byte. */
public final class TinyTokens {
  private static final List<String> SPECIALS =
      List.of("<|endoftext|>", "<|im_start|>", "<|im_end|>");

  /** The encoder's {@code tokenizer.json}. */
  public static final byte[] ENCODER_JSON;

  public static final byte[] DECODER_JSON;
  public static final String CHAT_TEMPLATE;
  public static final Tokenizer ENCODER;
  public static final Tokenizer DECODER;

  static {
    try {
      Path folder = Files.createTempDirectory("e2llm-tiny");
      TinyModels.writeEncoder(folder.resolve("encoder"));
      TinyModels.writeDecoder(folder.resolve("decoder"));
      try (ModelFiles encoder = ModelFiles.open(folder.resolve("encoder"));
          ModelFiles decoder = ModelFiles.open(folder.resolve("decoder"))) {
        ENCODER_JSON = encoder.tokenizer().json();
        DECODER_JSON = decoder.tokenizer().json();
        CHAT_TEMPLATE = decoder.chatTemplate().map(ChatTemplate::source).orElseThrow();
      }
      try (var paths = Files.walk(folder)) {
        paths.sorted(java.util.Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    ENCODER = HfTokenizer.fromJson(ENCODER_JSON);
    DECODER = HfTokenizer.fromJson(DECODER_JSON);
  }

  private TinyTokens() {}

  /** Decoder ids as text, specials by their names. */
  public static String decode(List<Integer> ids) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int id : ids) {
      bytes.writeBytes(
          id >= 256
              ? SPECIALS.get(id - 256).getBytes(StandardCharsets.UTF_8)
              : DECODER.bytesOf(id));
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
