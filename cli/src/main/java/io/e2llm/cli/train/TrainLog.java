package io.e2llm.cli.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.e2llm.cli.CommandFailure;
import io.e2llm.cli.terminal.Bar;
import io.e2llm.cli.terminal.Human;
import io.e2llm.cli.terminal.Screen;
import io.e2llm.engine.StrictJson;
import io.e2llm.trainer.objective.Exercise.Kind;
import io.e2llm.trainer.run.TrainingListener;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Shows how a run goes, writes it to {@code log.jsonl}, and draws {@code loss.svg} at each
 * evaluation. A run that goes on behind an older checkpoint writes some steps again; the last line
 * of a step counts.
 */
final class TrainLog implements TrainingListener, AutoCloseable {
  private static final String LOG = "log.jsonl";

  private final Screen screen;
  private final Path folder;
  private final BufferedWriter lines;
  private double secondsOfAStep;

  /** Appends to the log in this folder. */
  TrainLog(Screen screen, Path folder) {
    this.screen = screen;
    this.folder = folder;
    try {
      Files.createDirectories(folder);
      lines =
          Files.newBufferedWriter(
              folder.resolve(LOG), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw CommandFailure.failed(folder + ": cannot be written: " + e.getMessage());
    }
  }

  /** Tells what goes on. */
  void note(String what) {
    screen.note(what);
  }

  /** A step of the first stage was taken. */
  void aligned(int step, int steps) {
    screen.draw(Bar.line(screen.room(), "aligning", step, steps, step + " of " + steps));
  }

  @Override
  public void stepped(Step step) {
    secondsOfAStep =
        secondsOfAStep == 0 ? step.seconds() : 0.9 * secondsOfAStep + 0.1 * step.seconds();
    ObjectNode line =
        StrictJson.MAPPER
            .createObjectNode()
            .put("step", step.number())
            .put("rows", step.rows())
            .put("norm", step.norm())
            .put("seconds", step.seconds());
    nats(line.putObject("nats"), step.nats());
    write(line);
    String left = Human.seconds((step.steps() - step.number()) * secondsOfAStep) + " left";
    String speed = Human.count(Math.round(step.rows() / step.seconds())) + " rows/s";
    String counted = step.number() + " of " + step.steps();
    screen.draw(
        Bar.line(
            screen.room(),
            "training",
            step.number(),
            step.steps(),
            counted + ", loss " + loss(step.nats()) + ", " + speed + ", " + left,
            counted + ", loss " + loss(step.nats()) + ", " + left,
            counted));
  }

  @Override
  public void evaluated(Evaluation evaluation) {
    ObjectNode line =
        StrictJson.MAPPER
            .createObjectNode()
            .put("evaluated", evaluation.number())
            .put("best", evaluation.best());
    nats(line.putObject("nats"), evaluation.nats());
    nats(line.putObject("control"), evaluation.control());
    write(line);
    draw();
    StringBuilder text = new StringBuilder("step " + evaluation.number() + ":");
    new TreeMap<>(evaluation.nats())
        .forEach(
            (kind, nats) ->
                text.append(
                    String.format(
                        Locale.ROOT,
                        " %s %.3f (other context %.3f)",
                        kind.label(),
                        nats,
                        evaluation.control().get(kind))));
    screen.note(text + (evaluation.best() ? ", the best so far" : ""));
  }

  private void draw() {
    Map<String, JsonNode> lines = new LinkedHashMap<>();
    try {
      for (String each : Files.readAllLines(folder.resolve(LOG))) {
        JsonNode node = StrictJson.MAPPER.readTree(each);
        lines.put(node.path("evaluated") + "/" + node.path("step"), node);
      }
      Files.writeString(folder.resolve("loss.svg"), LossPlot.of(List.copyOf(lines.values())));
    } catch (IOException e) {
      throw CommandFailure.failed("loss.svg: cannot be written: " + e.getMessage());
    }
  }

  private static String loss(Map<Kind, Double> nats) {
    return String.format(
        Locale.ROOT,
        "%.3f",
        nats.values().stream().mapToDouble(Double::doubleValue).average().orElse(0));
  }

  private static void nats(ObjectNode into, Map<Kind, Double> nats) {
    new TreeMap<>(nats).forEach((kind, value) -> into.put(kind.label(), value));
  }

  private void write(ObjectNode line) {
    try {
      lines.write(line.toString());
      lines.newLine();
      lines.flush();
    } catch (IOException e) {
      throw CommandFailure.failed(LOG + ": cannot be written: " + e.getMessage());
    }
  }

  @Override
  public void close() {
    screen.erase();
    try {
      lines.close();
    } catch (IOException e) {
      throw CommandFailure.failed(LOG + ": cannot be written: " + e.getMessage());
    }
  }
}
