package io.e2llm.engine.catalogue;

import io.e2llm.engine.ModelException;
import java.util.List;
import java.util.regex.Pattern;

/**
 * One file of a catalogued model.
 *
 * @param path where it stands in the model's folder: relative, parts joined by {@code /}, none of
 *     them {@code ..}
 * @param bytes its length
 * @param sha256 its SHA-256, 64 lower-case hex digits
 */
public record ModelFile(String path, long bytes, String sha256) {
  private static final Pattern PART = Pattern.compile("[A-Za-z0-9_.@+=-]{1,120}");
  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

  /** Checks that the path stays inside the model's folder. */
  public ModelFile {
    for (String part : List.of(path.split("/", -1))) {
      if (!PART.matcher(part).matches() || part.equals(".") || part.equals("..")) {
        throw new ModelException("catalogue: file path '" + path + "' is not allowed");
      }
    }
    if (bytes < 0) {
      throw new ModelException("catalogue: file " + path + ": bytes is negative");
    }
    if (!DIGEST.matcher(sha256).matches()) {
      throw new ModelException("catalogue: file " + path + ": sha256 is not 64 hex digits");
    }
  }
}
