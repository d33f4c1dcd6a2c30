package io.e2llm.engine.chat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.filter.Filter;
import io.e2llm.engine.StrictJson;
import org.jspecify.annotations.Nullable;

/**
 * The filter {@code tojson} with the spacing of Python's {@code json.dumps}: one space after commas
 * and colons, or with {@code indent} one value a line.
 */
final class PythonJson implements Filter {
  private static final Separators SPACED =
      Separators.createDefaultInstance()
          .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
          .withObjectEntrySpacing(Separators.Spacing.AFTER)
          .withArrayValueSpacing(Separators.Spacing.AFTER);
  private static final Separators LINES =
      SPACED
          .withObjectEntrySpacing(Separators.Spacing.NONE)
          .withArrayValueSpacing(Separators.Spacing.NONE);

  @Override
  public String getName() {
    return "tojson";
  }

  @Override
  public Object filter(
      @Nullable Object value, JinjavaInterpreter interpreter, String... arguments) {
    try {
      return writer(arguments).writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new ChatTemplateException("tojson: not a value that JSON has");
    }
  }

  private static ObjectWriter writer(String... arguments) {
    DefaultPrettyPrinter printer;
    if (arguments.length == 0) {
      printer = new DefaultPrettyPrinter(SPACED);
      printer.indentArraysWith(DefaultPrettyPrinter.NopIndenter.instance);
      printer.indentObjectsWith(DefaultPrettyPrinter.NopIndenter.instance);
    } else {
      DefaultIndenter indenter = new DefaultIndenter("    ", "\n");
      printer = new DefaultPrettyPrinter(LINES);
      printer.indentArraysWith(indenter);
      printer.indentObjectsWith(indenter);
    }
    return StrictJson.MAPPER.writer(printer);
  }
}
