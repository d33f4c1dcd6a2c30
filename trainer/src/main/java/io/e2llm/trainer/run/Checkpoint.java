package io.e2llm.trainer.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.e2llm.engine.ModelException;
import io.e2llm.engine.StrictJson;
import io.e2llm.engine.weights.Safetensors;
import io.e2llm.engine.weights.SafetensorsWriter;
import io.e2llm.engine.weights.WeightType;
import io.e2llm.engine.weights.Weights;
import io.e2llm.trainer.TrainingException;
import io.e2llm.trainer.graph.Parameter;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A run's state on disk: {@code STEP.safetensors}, what learns and the optimizer's means, and
 * {@code checkpoint.json}, which names it and is replaced once it is whole. A write that fails
 * leaves the last good state.
 */
final class Checkpoint {
  private static final String JSON = "checkpoint.json";

  private final Path folder;
  private final String plan;

  /**
   * The checkpoint of a run.
   *
   * @param plan what the state depends on; another one's state is refused
   */
  Checkpoint(Path folder, String plan) {
    this.folder = folder;
    this.plan = plan;
  }

  /**
   * How far a run is.
   *
   * @param step the last one taken
   * @param best lowest loss of an evaluation; infinite before the first
   */
  record State(int step, double best) {}

  /** Whether there is one. */
  boolean exists() {
    return Files.exists(folder.resolve(JSON));
  }

  /** Writes the state. */
  void write(State state, List<Parameter> parameters) {
    Map<String, Parameter> byName =
        parameters.stream()
            .collect(
                Collectors.toMap(
                    Parameter::name, Function.identity(), (a, b) -> a, LinkedHashMap::new));
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    byName.forEach((name, parameter) -> shapes.put(name, parameter.shape()));
    String file = state.step() + ".safetensors";
    try {
      Files.createDirectories(folder);
      SafetensorsWriter.write(
          folder.resolve(file),
          shapes,
          WeightType.F32,
          name -> {
            FloatBuffer values = Objects.requireNonNull(byName.get(name)).values();
            return values::get;
          });
      ObjectNode json =
          StrictJson.MAPPER
              .createObjectNode()
              .put("step", state.step())
              .put("tensors", file)
              .put("plan", plan);
      if (Double.isFinite(state.best())) {
        json.put("best", state.best());
      }
      Path partial = folder.resolve(JSON + ".partial");
      Files.writeString(partial, json.toPrettyString());
      Files.move(
          partial,
          folder.resolve(JSON),
          StandardCopyOption.REPLACE_EXISTING,
          StandardCopyOption.ATOMIC_MOVE);
      removeOthers(file);
    } catch (IOException e) {
      throw new TrainingException(
          "the checkpoint of step %d cannot be written (%s); the one before stands in %s"
              .formatted(state.step(), e.getMessage(), folder),
          e);
    }
  }

  private void removeOthers(String file) throws IOException {
    try (var files = Files.newDirectoryStream(folder, "*.safetensors")) {
      for (Path other : files) {
        if (!other.getFileName().toString().equals(file)) {
          Files.delete(other);
        }
      }
    }
  }

  /** Reads the state into the parameters; empty where there is none. */
  Optional<State> read(List<Parameter> parameters) {
    if (!exists()) {
      return Optional.empty();
    }
    try {
      JsonNode state = StrictJson.readObject(folder.resolve(JSON));
      if (!state.path("plan").asText().equals(plan)) {
        throw new TrainingException(
            folder + ": holds the checkpoint of another plan; name another folder");
      }
      try (Weights weights = Safetensors.open(folder.resolve(state.path("tensors").asText()))) {
        for (Parameter parameter : parameters) {
          var info = weights.tensors().get(parameter.name());
          if (info == null || !info.shape().equals(parameter.shape())) {
            throw new TrainingException(folder + ": no " + parameter.name() + " in it");
          }
          parameter.values().put(weights.readFp32(parameter.name()).asFloatBuffer());
        }
      }
      return Optional.of(
          new State(
              state.path("step").asInt(), state.path("best").asDouble(Double.POSITIVE_INFINITY)));
    } catch (ModelException e) {
      throw new TrainingException(folder + ": " + e.getMessage(), e);
    }
  }
}
