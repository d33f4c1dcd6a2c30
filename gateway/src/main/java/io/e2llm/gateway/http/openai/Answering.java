package io.e2llm.gateway.http.openai;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.HttpResponse;
import io.e2llm.gateway.http.AnswerCall;
import io.e2llm.gateway.http.Departure;
import io.e2llm.gateway.http.EventStream;
import io.e2llm.gateway.http.HttpFailure;
import io.e2llm.gateway.http.Responses;
import io.e2llm.gateway.http.Streaming;
import io.e2llm.gateway.v1.End;
import io.e2llm.gateway.v1.GenerateResponse;
import io.e2llm.gateway.v1.Token;
import io.grpc.Channel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Asks the gateway for one request's choices, one after the other (the later ones read what the
 * first has read), and sends them whole or as they are made. Until the first event has come nothing
 * is sent, so that a request that is refused gets a status of its own.
 */
final class Answering {
  private final Channel gateway;
  private final List<Question> questions;
  private final int choicesOfAPrompt;
  private final Delivery delivery;
  private final AnswerForm form;
  private final Departure departure;
  private final List<End> ends = new ArrayList<>();

  /**
   * For a request.
   *
   * @param questions one for each choice
   * @param choicesOfAPrompt how many of these in a row have the same prompt
   */
  Answering(
      Channel gateway,
      List<Question> questions,
      int choicesOfAPrompt,
      Delivery delivery,
      AnswerForm form,
      Departure departure) {
    this.gateway = gateway;
    this.questions = List.copyOf(questions);
    this.choicesOfAPrompt = choicesOfAPrompt;
    this.delivery = delivery;
    this.form = form;
    this.departure = departure;
  }

  /** Answers; what is streamed goes on by itself. */
  HttpResponse run(Streaming streaming) throws InterruptedException {
    if (!delivery.stream()) {
      return Responses.json(whole());
    }
    AnswerCall call = open(0);
    GenerateResponse first;
    try {
      first = awaitShown(call);
    } catch (RuntimeException | InterruptedException e) {
      call.close();
      throw e;
    }
    EventStream events = streaming.open();
    streaming.threads().execute(() -> stream(events, call, first));
    return events.response();
  }

  private AnswerCall open(int number) throws InterruptedException {
    AnswerCall call = new AnswerCall(gateway);
    try {
      departure.then(call::cancel);
      Question question = questions.get(number);
      call.send(question.first(), question.context(), question.last());
      return call;
    } catch (RuntimeException | InterruptedException e) {
      call.close();
      throw e;
    }
  }

  private ObjectNode whole() throws InterruptedException {
    ObjectNode json = form.whole();
    ArrayNode choices = json.putArray("choices");
    for (int i = 0; i < questions.size(); i++) {
      try (AnswerCall call = open(i)) {
        StringBuilder text = new StringBuilder();
        List<Token> tokens = new ArrayList<>();
        GenerateResponse event = call.event();
        for (; !event.hasEnd(); event = call.event()) {
          if (event.hasToken()) {
            text.append(event.getToken().getText());
            tokens.add(event.getToken());
          }
        }
        End end = event.getEnd();
        ends.add(end);
        ObjectNode choice = choices.addObject();
        form.complete(choice, i, text.append(end.getText()).toString(), tokens);
        AnswerForm.finish(choice, end);
      }
    }
    json.set("usage", AnswerJson.usage(ends, choicesOfAPrompt));
    AnswerJson.ending(json, ends.getFirst());
    return json;
  }

  private GenerateResponse awaitShown(AnswerCall call) throws InterruptedException {
    GenerateResponse event = call.event();
    while (event.hasProgress() && !delivery.progress()) {
      event = call.event();
    }
    return event;
  }

  private void stream(EventStream events, AnswerCall firstCall, GenerateResponse first) {
    AnswerCall call = firstCall;
    try {
      boolean goesOn = choice(events, 0, call, first);
      for (int i = 1; goesOn && i < questions.size(); i++) {
        call.close();
        call = open(i);
        goesOn = choice(events, i, call, awaitShown(call));
      }
      if (goesOn && delivery.usage()) {
        ObjectNode last = form.event();
        last.putArray("choices");
        last.set("usage", AnswerJson.usage(ends, choicesOfAPrompt));
        goesOn = events.send(last);
      }
      if (goesOn) {
        boolean unused = events.send("[DONE]");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      boolean unused = events.send(Responses.body(HttpFailure.of(e)));
    } finally {
      call.close();
      events.close();
    }
  }

  /** Sends one choice; false when the client is gone. */
  private boolean choice(EventStream events, int number, AnswerCall call, GenerateResponse first)
      throws InterruptedException {
    Optional<ObjectNode> opening = form.opening(number);
    GenerateResponse event = first;
    while (true) {
      if (!event.hasProgress() && opening.isPresent()) {
        if (!events.send(opening.get())) {
          return false;
        }
        opening = Optional.empty();
      }
      Optional<ObjectNode> told = told(number, event);
      if (told.isPresent() && !events.send(told.get())) {
        return false;
      }
      if (event.hasEnd()) {
        ends.add(event.getEnd());
        return true;
      }
      event = call.event();
    }
  }

  private Optional<ObjectNode> told(int number, GenerateResponse event) {
    return switch (event.getKindCase()) {
      case PROGRESS -> delivery.progress() ? Optional.of(progress(event)) : Optional.empty();
      case TOKEN -> {
        ObjectNode json = form.about(number);
        form.token(AnswerForm.choice(json), event.getToken());
        yield Optional.of(json);
      }
      case END -> Optional.of(end(number, event.getEnd()));
      case KIND_NOT_SET -> Optional.empty();
    };
  }

  private ObjectNode progress(GenerateResponse event) {
    ObjectNode json = form.event();
    json.putArray("choices");
    json.set("progress", AnswerJson.progress(event.getProgress()));
    return json;
  }

  private ObjectNode end(int number, End end) {
    ObjectNode json = form.about(number);
    form.ending(AnswerForm.choice(json), end.getText());
    AnswerForm.finish(AnswerForm.choice(json), end);
    AnswerJson.ending(json, end);
    return json;
  }
}
