package io.e2llm.gateway.http.openai;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.HttpResponse;
import io.e2llm.gateway.http.AnswerCall;
import io.e2llm.gateway.http.Departure;
import io.e2llm.gateway.http.EventStream;
import io.e2llm.gateway.http.HttpFailure;
import io.e2llm.gateway.http.Responses;
import io.e2llm.gateway.v1.End;
import io.e2llm.gateway.v1.GenerateResponse;
import io.e2llm.gateway.v1.Token;
import io.grpc.Channel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * A chat completion that is sent as it is made. Until the first event has come nothing is sent, so
 * that a request that is refused gets a status of its own. Several choices come one after the
 * other: the later ones read what the first has read.
 */
final class ChatStream {
  private static final String CHUNK = "chat.completion.chunk";

  private final Channel gateway;
  private final ChatRequest request;
  private final Envelope envelope;
  private final Executor threads;
  private final List<End> ends = new ArrayList<>();

  ChatStream(Channel gateway, ChatRequest request, Envelope envelope, Executor threads) {
    this.gateway = gateway;
    this.request = request;
    this.envelope = envelope;
    this.threads = threads;
  }

  /** Waits for the first event, and lets the rest follow on a thread of its own. */
  HttpResponse begin(Departure departure) throws InterruptedException {
    AnswerCall call = open(0, departure);
    GenerateResponse first;
    try {
      first = awaitShown(call);
    } catch (RuntimeException | InterruptedException e) {
      call.close();
      throw e;
    }
    EventStream events = new EventStream();
    threads.execute(() -> run(events, call, first, departure));
    return events.response();
  }

  private AnswerCall open(int choice, Departure departure) throws InterruptedException {
    AnswerCall call = new AnswerCall(gateway);
    try {
      departure.then(call::cancel);
      call.send(request.first(choice), request.context(), request.last());
      return call;
    } catch (RuntimeException | InterruptedException e) {
      call.close();
      throw e;
    }
  }

  private GenerateResponse awaitShown(AnswerCall call) throws InterruptedException {
    GenerateResponse event = call.event();
    while (event.hasProgress() && !request.delivery().progress()) {
      event = call.event();
    }
    return event;
  }

  private void run(
      EventStream events, AnswerCall firstCall, GenerateResponse first, Departure departure) {
    AnswerCall call = firstCall;
    try {
      boolean goesOn = choice(events, 0, call, first);
      for (int i = 1; goesOn && i < request.choices(); i++) {
        call.close();
        call = open(i, departure);
        goesOn = choice(events, i, call, awaitShown(call));
      }
      if (goesOn && request.delivery().usage()) {
        ObjectNode last = envelope.of(CHUNK);
        last.putArray("choices");
        last.set("usage", AnswerJson.usage(ends));
        goesOn = events.send(last);
      }
      if (goesOn) {
        events.send("[DONE]");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      events.send(Responses.body(HttpFailure.of(e)));
    } finally {
      call.close();
      events.close();
    }
  }

  /** Sends one choice; false when the client is gone. */
  private boolean choice(EventStream events, int number, AnswerCall call, GenerateResponse first)
      throws InterruptedException {
    ObjectNode opening = chunk(number);
    delta(opening).put("role", "assistant").put("content", "");
    boolean opened = false;
    GenerateResponse event = first;
    while (true) {
      if (event.hasProgress()) {
        if (request.delivery().progress() && !events.send(progress(event))) {
          return false;
        }
      } else {
        if (!opened && !events.send(opening)) {
          return false;
        }
        opened = true;
        if (event.hasEnd()) {
          ends.add(event.getEnd());
          return events.send(end(number, event.getEnd()));
        }
        if (event.hasToken() && !events.send(token(number, event.getToken()))) {
          return false;
        }
      }
      event = call.event();
    }
  }

  private ObjectNode progress(GenerateResponse event) {
    ObjectNode json = envelope.of(CHUNK);
    json.putArray("choices");
    json.set("progress", AnswerJson.progress(event.getProgress()));
    return json;
  }

  private ObjectNode token(int number, Token token) {
    ObjectNode json = chunk(number);
    delta(json).put("content", token.getText());
    if (request.settings().getLogProbabilities()) {
      ObjectNode choice = (ObjectNode) json.path("choices").path(0);
      choice.putObject("logprobs").putArray("content").add(AnswerJson.logProbability(token));
    }
    return json;
  }

  private ObjectNode end(int number, End end) {
    ObjectNode json = chunk(number);
    ObjectNode delta = delta(json);
    if (!end.getText().isEmpty()) {
      delta.put("content", end.getText());
    }
    ObjectNode choice = (ObjectNode) json.path("choices").path(0);
    choice.put("finish_reason", AnswerJson.finishReason(end.getFinishReason()));
    AnswerJson.ending(json, end);
    return json;
  }

  private ObjectNode chunk(int number) {
    ObjectNode json = envelope.of(CHUNK);
    ObjectNode choice = json.putArray("choices").addObject();
    choice.put("index", number);
    choice.putObject("delta");
    choice.putNull("finish_reason");
    return json;
  }

  private static ObjectNode delta(ObjectNode chunk) {
    return (ObjectNode) chunk.path("choices").path(0).path("delta");
  }
}
