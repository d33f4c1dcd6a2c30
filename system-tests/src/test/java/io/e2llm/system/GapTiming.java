package io.e2llm.system;

import io.e2llm.gateway.v1.ContextMode;
import io.e2llm.gateway.v1.GatewayServiceGrpc;
import io.e2llm.gateway.v1.GenerateRequest;
import io.e2llm.gateway.v1.GenerateResponse;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * How much a running stream's gaps between tokens stretch while another request's long prompt is
 * read as text: {@code GapTiming HOST:PORT TEXT [CHARACTERS [ROUNDS]]}. Not a test. Each gap is
 * divided by the stream's median gap alone at the same length of its answer, taken between those of
 * the seconds before and after.
 */
public final class GapTiming {
  private static final long ALONE_MILLIS = 3_000;
  private static final int MOST_TOKENS = 6_000;

  /** Tokens that are left out at the beginning of a stream. */
  private static final int FIRST = 10;

  private final ManagedChannel channel;
  private final List<Long> tokens = Collections.synchronizedList(new ArrayList<>());
  private final CountDownLatch begun = new CountDownLatch(2 * FIRST);
  private volatile boolean over;

  private GapTiming(ManagedChannel channel) {
    this.channel = channel;
  }

  /** Runs it. */
  public static void main(String[] args) throws Exception {
    String text = Files.readString(Path.of(args[1]));
    int characters = args.length > 2 ? Integer.parseInt(args[2]) : 30_000;
    int rounds = args.length > 3 ? Integer.parseInt(args[3]) : 3;
    ManagedChannel channel =
        Grpc.newChannelBuilder(args[0], InsecureChannelCredentials.create()).build();
    try {
      for (int round = 0; round < rounds; round++) {
        int from = (int) ((long) round * characters % Math.max(1, text.length() - characters));
        String prompt = text.substring(from, Math.min(text.length(), from + characters));
        new GapTiming(channel).round(round + " " + text.substring(0, 500), prompt);
      }
    } finally {
      channel.shutdownNow();
    }
  }

  private void round(String question, String prompt) throws Exception {
    Thread stream = Thread.ofPlatform().start(() -> stream(question));
    begun.await(60, TimeUnit.SECONDS);
    Thread.sleep(ALONE_MILLIS);
    long from = System.nanoTime();
    GenerateRequest request =
        Answer.request(ContextMode.CONTEXT_MODE_TEXT, 1, prompt, "What is this about?");
    int read = Answer.of(channel, List.of(request)).end().getUsage().getPromptTokens();
    long to = System.nanoTime();
    Thread.sleep(ALONE_MILLIS);
    over = true;
    stream.join();
    report(read, from, to);
  }

  private void stream(String question) {
    GenerateRequest.Builder request =
        Answer.request(ContextMode.CONTEXT_MODE_UNSPECIFIED, MOST_TOKENS, "", question).toBuilder();
    request.clearContext().getSettingsBuilder().setIgnoreEndTokens(true);
    try {
      BlockingClientCall<GenerateRequest, GenerateResponse> call =
          GatewayServiceGrpc.newBlockingV2Stub(channel).generate();
      call.write(request.build());
      call.halfClose();
      for (GenerateResponse event = call.read(); event != null && !over; event = call.read()) {
        if (event.hasToken()) {
          tokens.add(System.nanoTime());
          begun.countDown();
        }
      }
      call.cancel("measured", null);
    } catch (InterruptedException | StatusException e) {
      throw new IllegalStateException(e);
    }
  }

  private void report(int read, long from, long to) {
    List<Double> before = new ArrayList<>();
    List<Double> beside = new ArrayList<>();
    List<Double> after = new ArrayList<>();
    for (int i = FIRST; i < tokens.size(); i++) {
      double gap = (tokens.get(i) - tokens.get(i - 1)) / 1e6;
      boolean early = tokens.get(i) < from;
      (early ? before : tokens.get(i - 1) < to ? beside : after).add(gap);
    }
    if (after.isEmpty()) {
      System.out.printf("the stream ended before %d tokens were read%n", read);
      return;
    }
    double first = median(before);
    double last = median(after);
    double length = before.size() / 2.0 + beside.size() + after.size() / 2.0;
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < beside.size(); i++) {
      double alone = first + (last - first) * (before.size() / 2.0 + i) / length;
      ratios.add(beside.get(i) / alone);
    }
    System.out.printf(
        Locale.ROOT,
        "%d tokens read in %.1f s; median gap before %.1f ms, after %.1f ms; beside, to the median"
            + " alone: p50 %.2f, p99 %.2f, p99.9 %.2f, longest %.2f; over 4: %d of %d%n",
        read,
        (to - from) / 1e9,
        first,
        last,
        quantile(ratios, 0.5),
        quantile(ratios, 0.99),
        quantile(ratios, 0.999),
        quantile(ratios, 1),
        ratios.stream().filter(ratio -> ratio > 4).count(),
        ratios.size());
  }

  private static double median(List<Double> values) {
    return quantile(values, 0.5);
  }

  private static double quantile(List<Double> values, double share) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get((int) Math.min(sorted.size() - 1, share * sorted.size()));
  }
}
