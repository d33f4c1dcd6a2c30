package io.e2llm.decoder.scheduling;

import io.e2llm.common.error.ServingException;
import io.e2llm.decoder.v1.GenerationEnd;
import io.e2llm.decoder.v1.TokenEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Keeps a generation's events; as a slow reader it leaves them undelivered. */
final class Recorder implements GenerationEvents {
  final List<TokenEvent> tokens = new ArrayList<>();
  final List<Boolean> admissions = new ArrayList<>();
  @Nullable GenerationEnd end;
  @Nullable ServingException failure;
  boolean slow;
  int undelivered;

  @Override
  public void admitted(boolean admitted) {
    admissions.add(admitted);
  }

  @Override
  public void token(TokenEvent token) {
    tokens.add(token);
    undelivered += slow ? 1 : 0;
  }

  @Override
  public void end(GenerationEnd ended) {
    end = ended;
  }

  @Override
  public void fail(ServingException failed) {
    failure = failed;
  }

  @Override
  public int undelivered() {
    return undelivered;
  }

  boolean over() {
    return end != null || failure != null;
  }

  GenerationEnd end() {
    if (end == null) {
      throw new AssertionError("no end, but " + failure);
    }
    return end;
  }

  ServingException failure() {
    if (failure == null) {
      throw new AssertionError("no failure");
    }
    return failure;
  }

  String text() {
    return tokens.stream().map(TokenEvent::getText).collect(Collectors.joining())
        + (end == null ? "" : end.getText());
  }

  List<Integer> ids() {
    return tokens.stream().map(TokenEvent::getId).toList();
  }
}
