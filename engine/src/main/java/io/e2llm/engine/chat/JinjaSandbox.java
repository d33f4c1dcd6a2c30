package io.e2llm.engine.chat;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.LegacyOverrides;
import com.hubspot.jinjava.el.JinjavaProcessors;
import com.hubspot.jinjava.interpret.Context;
import com.hubspot.jinjava.interpret.RenderResult;
import com.hubspot.jinjava.interpret.TemplateError;
import com.hubspot.jinjava.lib.fn.ELFunctionDefinition;
import io.e2llm.engine.OneLine;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Renders Jinja that nobody vouches for: bounded steps, output, strings and lists; no files, no
 * regular expressions, no Java beyond the methods of strings, lists and maps. Whitespace is handled
 * as transformers sets it up (trim_blocks, lstrip_blocks, no trailing newline). Thread-safe.
 */
final class JinjaSandbox {
  private static final int STEPS = 50_000;
  private static final int OUTPUT = 4 << 20;
  private static final int ELEMENTS = 10_000;
  private static final int RANGE = 1_000;
  private static final int DEPTH = 20;

  private static final Map<Context.Library, Set<String>> DISABLED =
      Map.of(
          Context.Library.TAG,
          Set.of("include", "import", "from", "extends", "block", "autoescape"),
          Context.Library.FILTER,
          Set.of("render", "fromyaml", "toyaml", "regex_replace", "log", "random", "shuffle"));

  private static final Set<String> RESTRICTED_METHODS =
      Set.of("matches", "replaceAll", "replaceFirst", "repeat", "formatted", "format", "chars");

  private static final Jinjava JINJAVA = jinjava();

  /** Thrown through the interpreter, which catches exceptions and goes on. */
  private static final class TooManySteps extends Error {
    private static final long serialVersionUID = 1L;

    TooManySteps() {
      super("too many steps", null, false, false);
    }
  }

  private JinjaSandbox() {}

  private static Jinjava jinjava() {
    Jinjava jinjava = new Jinjava();
    jinjava.registerFunction(
        new ELFunctionDefinition(
            "", "raise_exception", TemplateFunctions.class, "raiseException", Object.class));
    jinjava.registerFunction(
        new ELFunctionDefinition(
            "", "strftime_now", TemplateFunctions.class, "strftimeNow", String.class));
    jinjava.registerFilter(new PythonTrim());
    jinjava.registerFilter(new PythonJson());
    return jinjava;
  }

  /**
   * The rendered text.
   *
   * @throws ChatTemplateException when the template raises an exception, fails, or exceeds a bound
   */
  static String render(String source, Map<String, ?> bindings) {
    RenderResult result;
    try {
      result = JINJAVA.renderForResult(source, bindings, config());
    } catch (TooManySteps | StackOverflowError e) {
      throw new ChatTemplateException("the chat template runs too long or too deep");
    }
    for (TemplateError error : result.getErrors()) {
      if (error.getSeverity() == TemplateError.ErrorType.FATAL) {
        throw new ChatTemplateException(describe(error));
      }
    }
    if (result.getOutput().length() > OUTPUT) {
      throw new ChatTemplateException("the chat template writes too much");
    }
    return result.getOutput();
  }

  private static String describe(TemplateError error) {
    for (Throwable cause = error.getException(); cause != null; cause = cause.getCause()) {
      if (cause instanceof ChatTemplateException raised) {
        return String.valueOf(raised.getMessage());
      }
    }
    return "the chat template fails in line "
        + error.getLineno()
        + ": "
        + OneLine.of(String.valueOf(error.getMessage()));
  }

  private static JinjavaConfig config() {
    AtomicInteger steps = new AtomicInteger();
    return JinjavaConfig.newBuilder()
        .withTrimBlocks(true)
        .withLstripBlocks(true)
        .withKeepTrailingNewline(false)
        .withLegacyOverrides(
            LegacyOverrides.newBuilder()
                .withEvaluateMapKeys(true)
                .withIterateOverMapKeys(true)
                .withUsePyishObjectMapper(true)
                .withUseNaturalOperatorPrecedence(true)
                .withParseWhitespaceControlStrictly(true)
                .withAllowAdjacentTextNodes(true)
                .withUseTrimmingForNotesAndExpressions(true)
                .withKeepNullableLoopValues(true)
                .withHandleBackslashInQuotesOnly(true)
                .build())
        .withNestedInterpretationEnabled(false)
        .withMaxRenderDepth(DEPTH)
        .withMaxOutputSize(OUTPUT)
        .withMaxStringLength(OUTPUT)
        .withMaxListSize(ELEMENTS)
        .withMaxMapSize(ELEMENTS)
        .withRangeLimit(RANGE)
        .withMaxMacroRecursionDepth(DEPTH)
        .withDisabled(DISABLED)
        .withRestrictedMethods(RESTRICTED_METHODS)
        .withProcessors(
            JinjavaProcessors.newBuilder()
                .withNodePreProcessor(
                    (node, interpreter) -> {
                      if (steps.incrementAndGet() > STEPS) {
                        throw new TooManySteps();
                      }
                    })
                .build())
        .build();
  }
}
