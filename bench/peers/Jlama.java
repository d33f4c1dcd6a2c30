import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.tjake.jlama.model.AbstractModel;
import com.github.tjake.jlama.model.ModelSupport;
import com.github.tjake.jlama.safetensors.DType;
import com.github.tjake.jlama.safetensors.SafeTensorSupport;
import com.github.tjake.jlama.safetensors.prompt.PromptContext;
import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Generates with Jlama, when told to: a line {@code {"text": ..., "output": N}} on standard input
 * is answered by a line of JSON. Weights in its Q4, activations in I8.
 *
 * <p>Usage: java Jlama.java MODEL_FOLDER WORK_FOLDER THREADS
 */
public class Jlama {
  public static void main(String[] args) throws Exception {
    Path quantized = Path.of(args[1], "jlama-q4");
    if (!Files.exists(quantized)) {
      var none = new String[0];
      SafeTensorSupport.quantizeModel(
          Path.of(args[0]), DType.Q4, none, none, Optional.of(quantized));
    }
    ObjectMapper json = new ObjectMapper();
    AbstractModel model =
        ModelSupport.loadModel(
            quantized.toFile(),
            new File(args[1]),
            DType.F32,
            DType.I8,
            Optional.empty(),
            Optional.of(Integer.parseInt(args[2])));
    System.out.println("{\"ready\": true}");
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      JsonNode asked = json.readTree(line);
      PromptContext prompt = PromptContext.of(asked.get("text").asText());
      int tokens = model.encodePrompt(prompt).length;
      List<Long> times = new ArrayList<>();
      long begin = System.nanoTime();
      var unused =
          model.generate(
              UUID.randomUUID(),
              prompt,
              0f,
              tokens + asked.get("output").asInt() - 1, // its limit counts the prompt
              (text, seconds) -> times.add(System.nanoTime()));
      double first = times.isEmpty() ? Double.NaN : (times.get(0) - begin) / 1e6;
      String each =
          times.size() < 2
              ? "null"
              : "" + (times.get(times.size() - 1) - times.get(0)) / 1e6 / (times.size() - 1);
      System.out.println(
          "{\"prompt_tokens\": %d, \"tokens\": %d, \"ttft_ms\": %s, \"tpot_ms\": %s}"
              .formatted(tokens, times.size(), first, each));
    }
    System.exit(0);
  }
}
