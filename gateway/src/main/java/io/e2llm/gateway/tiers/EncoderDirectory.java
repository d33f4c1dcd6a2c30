package io.e2llm.gateway.tiers;

import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import com.google.protobuf.ByteString;
import io.e2llm.common.client.Endpoint;
import io.e2llm.common.client.Endpoints;
import io.e2llm.encoder.v1.EncoderInfo;
import io.e2llm.encoder.v1.EncoderServiceGrpc;
import io.e2llm.encoder.v1.GetEncoderRequest;
import io.e2llm.encoder.v1.GetEncoderResponse;
import io.e2llm.encoder.v1.GetTokenizerRequest;
import io.e2llm.encoder.v1.GetTokenizerResponse;
import io.e2llm.engine.tokenizer.HfTokenizer;
import io.e2llm.engine.tokenizer.Tokenizer;
import io.grpc.Channel;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** The encoder tier as the gateway sees it. Thread-safe. */
public final class EncoderDirectory implements AutoCloseable {
  private static final int DESCRIBE_SECONDS = 5;
  private static final int TOKENIZER_SECONDS = 60;

  private final Directory<EncoderInfo> directory;
  private final LoadOnce<Tokenizer> tokenizers = new LoadOnce<>();
  private final EndpointLoads loads = new EndpointLoads();

  /** The encoders at {@code endpoints}. */
  public EncoderDirectory(Endpoints endpoints, LongSupplier nanoTime) {
    directory =
        new Directory<>(
            "encoder", endpoints, EncoderDirectory::describe, EncoderInfo::getIdentity, nanoTime);
  }

  /**
   * The encoder at present, its tokenizer loaded.
   *
   * @throws io.e2llm.common.error.ServingException TIER_UNREACHABLE when none answers
   */
  public EncoderView view() {
    Directory.Group<EncoderInfo> group = directory.group();
    Tokenizer tokenizer =
        tokenizers.get(
            group.info().getIdentity(),
            () ->
                LoadOnce.first(
                    group.endpoints(), EncoderDirectory::loadTokenizer, directory::unreachable));
    return new EncoderView(group.info(), tokenizer, group.endpoints().size());
  }

  /** Endpoints that hold the encoder of this identity at present. */
  public List<Endpoint> members(String identity) {
    return directory.members(identity);
  }

  /** Chunks in flight. */
  public EndpointLoads loads() {
    return loads;
  }

  /** Tells that a call just failed for want of an answer. */
  public void failed(Endpoint endpoint) {
    directory.failed(endpoint);
  }

  /** Forgets what a process said it was: it refused the identity. */
  public void forget(Endpoint endpoint) {
    directory.forget(endpoint);
  }

  private static ListenableFuture<EncoderInfo> describe(Channel channel) {
    return Futures.transform(
        EncoderServiceGrpc.newFutureStub(channel)
            .withDeadlineAfter(DESCRIBE_SECONDS, TimeUnit.SECONDS)
            .getEncoder(GetEncoderRequest.getDefaultInstance()),
        GetEncoderResponse::getEncoder,
        MoreExecutors.directExecutor());
  }

  private static Tokenizer loadTokenizer(Endpoint endpoint) {
    Iterator<GetTokenizerResponse> pieces =
        EncoderServiceGrpc.newBlockingStub(endpoint.channel())
            .withDeadlineAfter(TOKENIZER_SECONDS, TimeUnit.SECONDS)
            .getTokenizer(GetTokenizerRequest.getDefaultInstance());
    ByteString json = ByteString.EMPTY;
    while (pieces.hasNext()) {
      json = json.concat(pieces.next().getTokenizerJson());
    }
    return HfTokenizer.fromJson(json.toByteArray());
  }

  /** Frees the tokenizers. No request may run any more. */
  @Override
  public void close() {
    tokenizers.clear(Tokenizer::close);
  }
}
