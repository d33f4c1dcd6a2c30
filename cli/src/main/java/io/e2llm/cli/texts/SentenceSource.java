package io.e2llm.cli.texts;

import java.util.random.RandomGenerator;

/** Where the texts of a workload come from. Stateless: what it draws depends on the generator. */
public interface SentenceSource {
  /** The next sentence, with its full stop and no white space around it; not empty. */
  String sentence(RandomGenerator random);

  /** What to call it in a report. */
  String name();
}
