package io.e2llm.cli.bench;

import io.e2llm.cli.terminal.Screen;
import io.e2llm.cli.texts.SizedTexts;
import java.util.ArrayList;
import java.util.List;

/** Measures a target: for each repetition plans the texts, warms up, measures, reads memory. */
final class BenchRun {
  private final BenchTarget target;
  private final Workload workload;
  private final SizedTexts texts;
  private final List<WatchedProcess> processes;

  BenchRun(
      BenchTarget target, Workload workload, SizedTexts texts, List<WatchedProcess> processes) {
    this.target = target;
    this.workload = workload;
    this.texts = texts;
    this.processes = List.copyOf(processes);
  }

  /** Runs all repetitions. */
  BenchResult run(Screen screen) throws InterruptedException {
    int each = workload.warmup() + workload.requests();
    BenchScreen shown = new BenchScreen(screen, workload.repetitions() * each);
    shown.begin();
    LoadRun load = new LoadRun(target, shown::finished);
    List<Repetition> repetitions = new ArrayList<>();
    for (int i = 0; i < workload.repetitions(); i++) {
      RequestPlan plan = RequestPlan.of(workload, texts, i);
      List<Finished> warmup = load.run(plan.warmup(), 1);
      List<Finished> measured = load.run(plan.measured(), workload.streams());
      List<ProcessMemory> memory = processes.stream().map(ProcessMemory::of).toList();
      repetitions.add(new Repetition(measured, warmup, memory));
    }
    screen.erase();
    return new BenchResult(
        target.name(), workload, texts.source().name(), texts.measure().estimated(), repetitions);
  }
}
