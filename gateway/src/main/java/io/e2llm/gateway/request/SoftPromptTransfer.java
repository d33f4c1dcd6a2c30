package io.e2llm.gateway.request;

import com.google.protobuf.ByteString;
import io.e2llm.decoder.v1.GenerateRequest;
import io.e2llm.decoder.v1.OfferedSoftPrompt;
import io.e2llm.decoder.v1.SoftPrompt;
import io.e2llm.decoder.v1.SoftPromptOffer;
import io.e2llm.decoder.v1.SoftPromptsWanted;
import io.e2llm.tensor.v1.Tensor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The soft prompts of a generation on their way to a decoder. New ones are sent outright; those
 * that the decoder may hold are offered by digest, and sent only where it wants them. Keeps what it
 * takes to begin again with another decoder. Belongs to the request's thread.
 */
final class SoftPromptTransfer {
  private static final int MOST_OFFERED = 512;

  private record Place(@Nullable ByteString digest, @Nullable Tensor tensor) {}

  private final Map<Integer, Place> places = new TreeMap<>();
  private final Deque<Integer> toOffer = new ArrayDeque<>();

  /** Places of offers that were not answered. */
  private final Map<Long, List<Integer>> offers = new HashMap<>();

  /** Places that the decoder wants and whose bytes are not here. */
  private final Set<Integer> wanted = new HashSet<>();

  private IntConsumer fetch = place -> {};
  private long lastOffer;

  /** Sets who gets the bytes of a place, which then come through {@link #send}. */
  void fetchWith(IntConsumer fetcher) {
    fetch = fetcher;
  }

  /** Takes a soft prompt, and sends it if there is a call. */
  void send(int index, Tensor tensor, @Nullable DecoderCall call) {
    Place before = places.get(index);
    places.put(index, new Place(before == null ? null : before.digest(), tensor));
    boolean due = before == null || wanted.remove(index);
    if (call != null && due) {
      call.send(message(index, tensor));
    }
  }

  /** Takes a soft prompt that the decoder may hold; {@code tensor} is null where it is not here. */
  void offer(int index, ByteString digest, @Nullable Tensor tensor) {
    places.put(index, new Place(digest, tensor));
    toOffer.add(index);
  }

  /** Forgets all; returns whether there were any. */
  boolean reset() {
    boolean any = !places.isEmpty();
    places.clear();
    forgetCall();
    return any;
  }

  /** Begins anew with a call: what is here is sent, the rest offered. */
  void begin(DecoderCall call) {
    forgetCall();
    places.forEach(
        (index, place) -> {
          Tensor tensor = place.tensor();
          if (tensor == null) {
            toOffer.add(index);
          } else {
            call.send(message(index, tensor));
          }
        });
    flush(call);
  }

  private void forgetCall() {
    toOffer.clear();
    offers.clear();
    wanted.clear();
  }

  /** Sends the offers that wait. */
  void flush(DecoderCall call) {
    while (!toOffer.isEmpty()) {
      SoftPromptOffer.Builder offer = SoftPromptOffer.newBuilder().setOffer(++lastOffer);
      List<Integer> indices = new ArrayList<>();
      while (!toOffer.isEmpty() && indices.size() < MOST_OFFERED) {
        int index = toOffer.remove();
        ByteString digest = place(index).digest();
        if (digest == null) {
          throw new IllegalStateException("soft prompt " + index + " has no digest");
        }
        indices.add(index);
        offer.addSoftPrompts(OfferedSoftPrompt.newBuilder().setIndex(index).setDigest(digest));
      }
      offers.put(lastOffer, indices);
      call.send(GenerateRequest.newBuilder().setSoftPromptOffer(offer).build());
    }
  }

  /** The decoder's answer to an offer; one from before a reset is passed over. */
  void answered(SoftPromptsWanted answer, DecoderCall call) {
    List<Integer> offered = offers.remove(answer.getOffer());
    if (offered == null) {
      return;
    }
    for (int index : answer.getIndicesList()) {
      if (!offered.contains(index)) {
        continue;
      }
      Tensor tensor = place(index).tensor();
      if (tensor != null) {
        call.send(message(index, tensor));
      } else if (wanted.add(index)) {
        fetch.accept(index);
      }
    }
  }

  /** Whether the decoder has all, or will have it by what was sent. */
  boolean settled() {
    return toOffer.isEmpty() && offers.isEmpty() && wanted.isEmpty();
  }

  int count() {
    return places.size();
  }

  private Place place(int index) {
    Place place = places.get(index);
    if (place == null) {
      throw new IllegalStateException("no soft prompt " + index);
    }
    return place;
  }

  private static GenerateRequest message(int index, Tensor tensor) {
    return GenerateRequest.newBuilder()
        .setSoftPrompt(SoftPrompt.newBuilder().setIndex(index).setTensor(tensor))
        .build();
  }
}
