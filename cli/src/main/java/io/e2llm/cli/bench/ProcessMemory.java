package io.e2llm.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Resident memory of a process.
 *
 * @param label what to call the process
 * @param residentBytes at present ({@code VmRSS}); -1 is unknown
 * @param peakBytes the most since its start ({@code VmHWM}); -1 is unknown
 */
record ProcessMemory(String label, long residentBytes, long peakBytes) {
  /** Reads Linux's {@code /proc}; unknown elsewhere and once the process has ended. */
  static ProcessMemory of(WatchedProcess process) {
    return of(process.label(), Path.of("/proc", Long.toString(process.pid()), "status"));
  }

  /** Reads a file of the form of {@code /proc/PID/status}. */
  static ProcessMemory of(String label, Path status) {
    try {
      List<String> lines = Files.readAllLines(status);
      return new ProcessMemory(label, bytes(lines, "VmRSS:"), bytes(lines, "VmHWM:"));
    } catch (IOException e) {
      return new ProcessMemory(label, -1, -1);
    }
  }

  private static long bytes(List<String> lines, String key) {
    return lines.stream()
        .filter(line -> line.startsWith(key))
        .map(line -> line.replaceAll("\\D", ""))
        .filter(digits -> !digits.isEmpty())
        .mapToLong(digits -> Long.parseLong(digits) * 1024)
        .findFirst()
        .orElse(-1);
  }
}
