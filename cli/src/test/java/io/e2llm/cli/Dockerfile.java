package io.e2llm.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A Dockerfile's instructions, comments dropped and continued lines joined.
 *
 * @param instructions in order
 */
record Dockerfile(List<Instruction> instructions) {
  /** One instruction: its name in upper case and what stands behind it. */
  record Instruction(String name, String text) {}

  static Dockerfile read(Path file) throws IOException {
    List<Instruction> instructions = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String part : Files.readAllLines(file)) {
      if (part.strip().startsWith("#") || (part.isBlank() && line.isEmpty())) {
        continue;
      }
      boolean goesOn = part.endsWith("\\");
      line.append(goesOn ? part.substring(0, part.length() - 1) : part);
      if (!goesOn) {
        String[] words = line.toString().strip().split("\\s+", 2);
        String text = words.length > 1 ? words[1] : "";
        instructions.add(new Instruction(words[0].toUpperCase(Locale.ROOT), text));
        line.setLength(0);
      }
    }
    return new Dockerfile(List.copyOf(instructions));
  }

  /** What stands behind all instructions of this name. */
  List<String> all(String name) {
    return instructions.stream().filter(i -> i.name().equals(name)).map(Instruction::text).toList();
  }

  /** The instructions of the last stage. */
  Dockerfile lastStage() {
    int from = 0;
    for (int i = 0; i < instructions.size(); i++) {
      from = instructions.get(i).name().equals("FROM") ? i : from;
    }
    return new Dockerfile(instructions.subList(from, instructions.size()));
  }
}
